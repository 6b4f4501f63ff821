"""The live sessions that this browser session has had before: a new one replaces the last on the page."""

import streamlit as st

from components.core.formatting import timestamp
from components.live.session import LiveSession
from components.widgets.playground import shown_work

_IDS = "live_sessions"


def remember(session: LiveSession) -> bool:
    """Remembers a session that has started; returns whether it is new."""
    ids: list[str] = st.session_state.setdefault(_IDS, [])
    is_new = session.id not in ids
    if is_new:
        ids.append(session.id)
    return is_new


def show_earlier() -> None:
    """Draws a button for each that has text and is still kept, except the one on the page."""
    ids: list[str] = st.session_state.get(_IDS, [])
    known = [shown_work.find(one) for one in reversed(ids)]
    on_page = shown_work.shown()
    sessions = [
        one
        for one in known
        if isinstance(one, LiveSession) and one is not on_page and one.transcript.segments
    ]
    if not sessions:
        return
    with st.container(key="live_earlier", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Earlier", width="content")
        for session in sessions:
            _show_link(session)


def _show_link(session: LiveSession) -> None:
    words = session.transcript.words
    st.button(
        f"{timestamp(session.seconds)}, {words:,} {'word' if words == 1 else 'words'}",
        key=f"live_earlier_{session.id}",
        type="tertiary",
        on_click=shown_work.show,
        args=(session,),
    )

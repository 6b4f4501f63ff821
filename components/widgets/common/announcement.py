"""Tells what pressing the button led to, also where that is not in view: screen readers, small screens."""

from html import escape

import streamlit as st

# On a phone the transcript begins below what is in view.
_SHOW_TRANSCRIPT = """<script>
if (matchMedia("(max-width: 640px)").matches) {
  document.querySelector(".st-key-transcript_heading")?.scrollIntoView({behavior: "smooth"});
}
</script>"""


_SEEN = "announced"


def comes_first(what: str) -> bool:
    """Whether this session has not come to that before."""
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    is_first = what not in seen
    seen.add(what)
    return is_first


def announce(message: str, *, shows_transcript: bool = False) -> None:
    """Has a screen reader say the message when it changes; nobody sees it.

    `shows_transcript` scrolls to a transcript that has just come, where it would else stay out of view.
    """
    with st.container(key="announcement"):
        st.html(f'<p role="status">{escape(message)}</p>')
        if shows_transcript:
            st.html(_SHOW_TRANSCRIPT, unsafe_allow_javascript=True)

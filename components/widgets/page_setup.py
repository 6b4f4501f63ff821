"""The set-up that every page begins with: title, navigation and styles are the same everywhere."""

from pathlib import Path

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import PortalError
from components.core.garbage_collection import settle
from components.core.logs import set_up
from components.core.settings import current_settings, in_words
from components.widgets.common.error_view import show_error
from components.widgets.common.navigation import ABOUT, COLUMNS, PAGES
from components.widgets.common.upload_limit import limit_uploads
from components.widgets.endpoints.await_targets import await_aws
from components.widgets.endpoints.known_targets import janitor
from components.widgets.page_errors import tell_failures

_STYLES = Path(__file__).with_name("styles.css")
_PORTAL = "Whisper Portal"


def page(title: str, purpose: str, *, with_tools: bool = False) -> DeltaGenerator:
    """Begins a page: call this first, once.

    `purpose` is its first line. Returns the place for what concerns the whole page: with tools, right of the
    title, else below it.
    """
    st.set_page_config(
        page_title=title if title == _PORTAL else f"{title} · {_PORTAL}",
        page_icon="🎙️",
        layout="wide",
        initial_sidebar_state=220,
    )
    st.html(_STYLES)
    tell_failures()
    _settle(title)
    _set_up_log()
    limit_uploads()
    janitor()
    with st.sidebar:
        _navigation()
    return _heading(title, purpose, with_tools=with_tools)


@st.cache_resource(show_spinner=False)
def _settle(title: str) -> None:  # noqa: ARG001 - once for each page, which has imported all it needs by now
    settle()


def _set_up_log() -> None:
    """Nothing works with wrong settings: the page then says what is wrong, and ends."""
    try:
        set_up(current_settings())
    except ValidationError as error:
        show_error(PortalError(in_words(error), "Then start the portal again."), key="settings_error")
        st.stop()


def _heading(title: str, purpose: str, *, with_tools: bool) -> DeltaGenerator:
    place = tools = st.container(key="heading")
    if with_tools:
        place, tools = place.columns(COLUMNS, vertical_alignment="bottom", gap="medium")
    place.title(title, anchor=False)
    place.caption(purpose)
    return tools


def _navigation() -> None:
    st.markdown(f"**{_PORTAL}**")
    with st.container(gap="xxsmall"):
        for entry in PAGES:
            st.page_link(entry.script, label=entry.title, icon=entry.icon, width="stretch")
    with st.container():
        await_aws()
    with st.container(key="about_link"):
        st.page_link(ABOUT.script, label=ABOUT.title, icon=ABOUT.icon, width="stretch")

"""The set-up that every page begins with: title, navigation and styles are the same everywhere."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.widgets.await_targets import await_aws

COLUMNS = (5, 6)
"""Widths of what goes in and what comes out, on every page that has both."""

_STYLES = Path(__file__).with_name("styles.css")
_PORTAL = "Whisper Portal"


@dataclass(frozen=True)
class Page:
    """One page: its script, from the root of the project, and how the others speak of it."""

    script: str
    title: str
    icon: str
    leads_to: str
    """One sentence on what one does there, for the card on the front page."""


PAGES = (
    Page("app.py", "Home", ":material/home:", "See what runs."),
    Page(
        "pages/playground.py",
        "Playground",
        ":material/graphic_eq:",
        "Send a file, a recording or a sample clip to an endpoint, turn every inference parameter, and read "
        "the transcript.",
    ),
)


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
    with st.sidebar:
        _navigation()
    return _heading(title, purpose, with_tools=with_tools)


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

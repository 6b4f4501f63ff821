"""The set-up that every page begins with: title, navigation and styles are the same everywhere."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import PortalError
from components.core.logs import set_up
from components.core.settings import Settings, in_words
from components.widgets.common.error_view import show_error
from components.widgets.common.upload_limit import limit_uploads
from components.widgets.endpoints.await_targets import await_aws
from components.widgets.endpoints.known_targets import caretaker
from components.widgets.page_errors import tell_failures

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
    opens: str
    """What a button or link says that leads there."""
    leads_to: str
    """One sentence on what one does there, for the card on the front page."""


HOME = Page("app.py", "Home", ":material/home:", "Open the front page", "See what runs.")
DEPLOY = Page(
    "pages/deploy.py",
    "Deploy",
    ":material/rocket_launch:",
    "Deploy a model",
    "Choose a Whisper model, see what it costs, deploy it on AWS or on this computer, and delete it again.",
)
PLAYGROUND = Page(
    "pages/playground.py",
    "Playground",
    ":material/graphic_eq:",
    "Open the playground",
    "Send a file, a recording or a sample clip to an endpoint, turn every inference parameter, and read "
    "the transcript.",
)
COMPARE = Page(
    "pages/compare.py",
    "Compare",
    ":material/compare_arrows:",
    "Compare models",
    "See what was published of the models, measure word error rate, latency and cost of your own endpoints, and keep "
    "every run.",
)
PAGES = (HOME, DEPLOY, PLAYGROUND, COMPARE)
ABOUT = Page(
    "pages/about.py", "About", ":material/info:", "About this portal", "Versions, targets and health."
)
"""Not one of those that lead anywhere: it stands below them."""


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
    _set_up_log()
    limit_uploads()
    caretaker()
    with st.sidebar:
        _navigation()
    return _heading(title, purpose, with_tools=with_tools)


def link_to(entry: Page, **query: str) -> None:
    """A link to a page, which can be copied and opened in another tab; `query` is what its address says."""
    st.page_link(entry.script, label=entry.opens, icon=entry.icon, query_params=query)


def _set_up_log() -> None:
    """Nothing works with wrong settings: the page then says what is wrong, and ends."""
    try:
        set_up(Settings())
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

"""The pages and the ways between them."""

from dataclasses import dataclass

import streamlit as st

COLUMNS = (5, 6)
"""Widths of what goes in and what comes out, on every page that has both."""


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


def link_to(entry: Page, **query: str) -> None:
    """A link to a page, which can be copied and opened in another tab; `query` is what its address says."""
    st.page_link(entry.script, label=entry.opens, icon=entry.icon, query_params=query)

"""Compare: published figures, your own measurements of accuracy and latency, the trade-off of both, and every run."""

from collections.abc import Callable

import streamlit as st

from components.core.errors import PortalError
from components.widgets.common import link
from components.widgets.common.error_view import show_error
from components.widgets.compare.accuracy_view import ACCURACY, show_accuracy
from components.widgets.compare.chosen_run import HISTORY, RUN, VIEW, chosen_run
from components.widgets.compare.history import show_history
from components.widgets.compare.latency_view import LATENCY, show_latency
from components.widgets.compare.published_view import show_published
from components.widgets.compare.run_cache import run_store
from components.widgets.compare.tradeoff_view import show_tradeoff
from components.widgets.endpoints.cached_lookups import await_answers
from components.widgets.page_setup import page

PUBLISHED = "Published"
VIEWS: dict[str, Callable[[], None]] = {
    PUBLISHED: show_published,
    ACCURACY: show_accuracy,
    LATENCY: show_latency,
    "Trade-off": lambda: show_tradeoff(run_store()),
    HISTORY: lambda: show_history(run_store()),
}


def main() -> None:
    """Lays out the page: the choice of the view, and that view."""
    purpose = (
        "Choose a model by figures: what was published, and what your own endpoints do with your own audio."
    )
    header = page("Compare", purpose)
    link.read(VIEW, RUN)
    # A link that names a run alone means that run, whatever its kind.
    link.settle(VIEW, VIEWS, HISTORY if link.wish(RUN) else PUBLISHED, complete=True)
    with header:
        st.segmented_control(
            "View",
            list(VIEWS),
            key=VIEW,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    view: str = st.session_state[VIEW]
    notes = st.container(key="link_notes")
    try:
        # What was published can be read without the runs.
        link.write({VIEW: view, RUN: chosen_run(view) if view != PUBLISHED else None})
        link.show_notes(notes)
        VIEWS[view]()
    except PortalError as error:
        # The runs can't be read: nothing on this page is worth more than why.
        show_error(error, key="compare_error")
    await_answers()


main()

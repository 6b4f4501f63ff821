"""Which run a view shows: the one that a link or the user asks for; each view has its own."""

import streamlit as st

from components.widgets.common import link
from components.widgets.compare.run_cache import run_store

VIEW, RUN = "view", "run"
"""Names in the page's address; the segmented control of the views has the first one for its key."""

HISTORY = "History"
"""The view in which every run can be opened."""

_CHOSEN = "compare_chosen_runs"


def chosen_run(view: str) -> str | None:
    """The id of the run that a view shows; None where none is chosen. A link's wish goes to the view it names.

    One that somebody has deleted in the meantime is no longer chosen, which is said where the view is drawn.
    """
    chosen, known = _chosen(), {run.id for run in run_store().runs()}
    before = st.session_state[RUN] = chosen.get(view, "")
    link.settle(RUN, {"", *known}, "", complete=True)
    if before and before not in known:
        st.info(
            "Somebody has deleted the run that was shown here. History has those that are left.",
            icon=":material/delete:",
        )
    chosen[view] = st.session_state[RUN]
    return chosen[view] or None


def choose_run(view: str, run_id: str | None) -> None:
    """Has a view show a run, or none."""
    _chosen()[view] = run_id or ""


def _chosen() -> dict[str, str]:
    chosen: dict[str, str] = st.session_state.setdefault(_CHOSEN, {})
    return chosen


def show_view_button(label: str, view: str, run_id: str | None = None) -> None:
    """Draws a button that opens the view, with that run if there is one."""
    st.button(
        label,
        key=f"compare_open_{view}_{run_id}",
        icon=":material/arrow_forward:",
        type="tertiary",
        on_click=_open,
        args=(view, run_id),
    )


def _open(view: str, run_id: str | None) -> None:
    st.session_state[VIEW] = view
    if run_id:
        choose_run(view, run_id)

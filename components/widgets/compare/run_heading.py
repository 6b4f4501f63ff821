"""What stands above a run: its name, when it was made, how it ended, and why that was early."""

from typing import Literal

import streamlit as st

from components.evaluation.runs.records import Run, Status
from components.widgets.common.formatting import moment
from components.widgets.compare.run_progress import show_progress
from components.widgets.compare.run_cache import run_store
from components.widgets.common.elements import plain

_COLORS: dict[Status, Literal["green", "orange", "gray", "red"]] = {
    Status.DONE: "green",
    Status.RUNNING: "orange",
    Status.CANCELLED: "gray",
    Status.FAILED: "red",
    Status.INTERRUPTED: "red",
}


def show_heading(run: Run) -> None:
    """Draws it."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"compare_heading_{run.id}"
    ):
        st.subheader(plain(run.name), anchor=False, width="content")
        run_badge(run)
        st.caption(moment(run.created), width="content")
    if run.is_running:
        show_progress(run_store(), run)
        st.caption("The figures below are those of a moment ago; they are drawn anew when the run has ended.")
    elif run.status is not Status.DONE:
        st.caption(f"{run_store().count(run.id):,} of {run.planned:,} requests were measured.")
    if run.problem:
        st.warning(plain(run.problem), icon=":material/warning:")


def run_badge(run: Run) -> None:
    """How the run stands, as a small badge."""
    st.badge(run.status.value, color=_COLORS[run.status])

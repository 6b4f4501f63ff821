"""How far a run is that is measured now, by this portal or by another process."""

import streamlit as st

from components.evaluation.runs.records import Run
from components.evaluation.runs.run_store import RunNotFoundError, RunStore


def show_progress(store: RunStore, run: Run) -> None:
    """Draws it, and draws the page anew when the run has ended."""
    with st.container(key=f"compare_standing_{run.id}"):
        _watch(store, run)


@st.fragment(run_every=2.0)
def _watch(store: RunStore, run: Run) -> None:
    try:
        now, done = store.run(run.id), store.count(run.id)
    except RunNotFoundError:
        st.rerun()
    if not now.is_running:
        st.rerun()
    share = min(1.0, done / run.planned) if run.planned else 1.0
    st.progress(share, text=f"{done:,} of {run.planned:,} requests")

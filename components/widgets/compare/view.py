"""What the views that measure have in common: what runs, and the run that is shown."""

import streamlit as st

from components.core.errors import PortalError
from components.evaluation.run_jobs import RunJob
from components.evaluation.runs.records import Run, RunKind
from components.widgets.common.error_view import show_error
from components.widgets.common.work import work_registry
from components.widgets.compare.accuracy_result import show_accuracy_run
from components.widgets.compare.chosen_run import chosen_run
from components.widgets.compare.latency_result import show_latency_run
from components.widgets.compare.run_cache import run_store
from components.widgets.compare.under_way import show_under_way


def show_run(run: Run) -> None:
    """Draws the run."""
    if run.kind is RunKind.ACCURACY:
        show_accuracy_run(run)
    else:
        show_latency_run(run)


def show_runs(kind: RunKind, view: str, empty: str) -> None:
    """Draws what is under way, then the run that the view shows: the chosen one, else the newest that has ended."""
    show_under_way(kind)
    with st.container(key="compare_shown_run"):
        run = _shown(kind, view)
        if run is None:
            if not work_registry().running(RunJob):
                st.info(empty, icon=":material/info:")
        elif job := work_registry().find(RunJob, run.id):
            if job.error:
                show_error(job.error, key="compare_job_error")
            if not job.is_running:
                show_run(run)
        else:
            show_run(run)


def _shown(kind: RunKind, view: str) -> Run | None:
    try:
        if chosen := chosen_run(view):
            return run_store().run(chosen)
        return next((run for run in run_store().runs() if run.kind is kind and not run.is_running), None)
    except PortalError as error:
        show_error(error, key="compare_store_error")
        return None

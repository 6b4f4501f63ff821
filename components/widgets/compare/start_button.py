"""The button that starts a run, or the reason why it can't be pressed."""

from collections.abc import Callable

import streamlit as st

from components.core.errors import PortalError
from components.evaluation.measuring import RunPlan
from components.evaluation.run_jobs import busy, start_run
from components.evaluation.runs.records import System
from components.evaluation.systems import Candidate
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.work import work_registry
from components.widgets.compare.chosen_run import choose_run
from components.widgets.compare.run_cache import run_store

_PRICE = "The price comes first; looking it up takes some seconds."


def show_start(
    label: str,
    view: str,
    candidates: tuple[Candidate, ...] | None,
    make: Callable[[], RunPlan],
    obstacle: str | None,
) -> None:
    """Draws the button of a view; pressing it starts what `make` gives, and has the view show that run.

    `obstacle` is why it can't be pressed, None where it can. Nor can it as long as the prices of the candidates are
    looked up (then these are None), or while something is measured there already.
    """
    systems = tuple(candidate.system for candidate in candidates or ())
    other_run = None if obstacle or candidates is None else _busy(systems)
    obstacle = obstacle or (_PRICE if candidates is None else other_run)
    with st.container(key="actions", gap="xsmall"):
        is_pressed = st.button(
            label,
            key=f"compare_start_{view.lower()}",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=obstacle is not None,
        )
        if obstacle:
            st.caption(obstacle)
        if other_run:
            _watch(systems, other_run)
        failure = f"compare_failure_{view.lower()}"
        if is_pressed and not obstacle:
            try:
                job = start_run(work_registry(), run_store(), make(), systems)
                st.session_state[failure] = None
                choose_run(view, job.run.id)
                st.rerun()
            except PortalError as error:
                st.session_state[failure] = error
        if why := st.session_state.get(failure):
            show_error(why, key=failure)


def _busy(systems: tuple[System, ...]) -> str | None:
    error = busy(work_registry(), run_store(), systems)
    return plain(str(error)) if error else None


@st.fragment(run_every=1.0)
def _watch(systems: tuple[System, ...], drawn: str) -> None:
    """Redraws the page as soon as `drawn` no longer holds, or the runs can't be read: the page then says why."""
    try:
        now = _busy(systems)
    except PortalError:
        now = None
    if now != drawn:
        st.rerun()

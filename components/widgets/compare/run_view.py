"""What the views that measure have in common: the start button, the runs under way, and the run that is shown."""

from collections.abc import Callable

import streamlit as st

from components.core.errors import PortalError
from components.core.formatting import duration
from components.evaluation.measuring import RunPlan
from components.evaluation.results.wording import system_names
from components.evaluation.run_jobs import RunJob, busy, start_run
from components.evaluation.run_progress import Standing
from components.evaluation.runs.records import Run, RunKind, System
from components.evaluation.systems import Candidate
from components.widgets.common.announcement import announce
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.work import work_registry
from components.widgets.compare.accuracy_result import show_accuracy_run
from components.widgets.compare.chosen_run import choose_run, chosen_run
from components.widgets.compare.latency_result import show_latency_run
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
            _watch_busy(systems, other_run)
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
def _watch_busy(systems: tuple[System, ...], drawn: str) -> None:
    """Redraws the page as soon as `drawn` no longer holds, or the runs can't be read: the page then says why."""
    try:
        now = _busy(systems)
    except PortalError:
        now = None
    if now != drawn:
        st.rerun()


def show_run(run: Run) -> None:
    """Draws the run."""
    (show_accuracy_run if run.kind is RunKind.ACCURACY else show_latency_run)(run)


def show_runs(kind: RunKind, view: str, empty: str) -> None:
    """Draws what is under way, then the run that the view shows: the chosen one, else the newest that has ended."""
    with st.container(key="compare_under_way", gap="small"):
        if running := _running(kind):
            _watch(kind, [job.run.id for job in running])
    with st.container(key="compare_shown_run"):
        run = _shown(kind, view)
        if run is None:
            if not work_registry().running(RunJob):
                st.info(empty, icon=":material/info:")
        else:
            job = work_registry().find(RunJob, run.id)
            if job and job.error:
                show_error(job.error, key="compare_job_error")
            if not (job and job.is_running):
                show_run(run)


def _shown(kind: RunKind, view: str) -> Run | None:
    try:
        if chosen := chosen_run(view):
            return run_store().run(chosen)
        return next((run for run in run_store().runs() if run.kind is kind and not run.is_running), None)
    except PortalError as error:
        show_error(error, key="compare_store_error")
        return None


def _running(kind: RunKind) -> list[RunJob]:
    """The runs that this portal is carrying out, regardless of who started them."""
    return [job for job in work_registry().running(RunJob) if job.run.kind is kind]


@st.fragment(run_every=1.0)
def _watch(kind: RunKind, drawn: list[str]) -> None:
    """Draws the progress of the runs, and redraws the page when one has ended."""
    running = _running(kind)
    if [job.run.id for job in running] != drawn:
        st.rerun()
    for job in running:
        _show_job(job)


def _show_job(job: RunJob) -> None:
    progress, run = job.progress, job.run
    with st.container(border=True, key=f"compare_job_{run.id}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(run.name)}**", width="stretch")
            st.button(
                "Cancel",
                key=f"compare_cancel_{run.id}",
                icon=":material/close:",
                disabled=job.is_cancelled,
                on_click=job.cancel,
            )
        st.progress(progress.share, text=_text(job))
        lines = map(_line, system_names(run.systems), progress.standings)
        st.markdown("  \n".join(lines))
        if job.trouble:
            st.warning(
                plain(f"{job.trouble} What is measured until then waits in memory."),
                icon=":material/warning:",
            )
        announce(f"{run.name}: {10 * int(10 * progress.share)} percent measured")


def _text(job: RunJob) -> str:
    counted = f"{job.progress.done} of {job.run.planned} requests · {duration(job.progress.elapsed())}"
    if job.is_cancelled:
        return f"{counted} · cancelling: waits for the requests on their way"
    left = job.progress.left()
    return f"{counted} · about {duration(left)} left" if left is not None else counted


def _line(name: str, standing: Standing) -> str:
    """What one system has done so far; only accuracy runs have rates."""
    rates = {"word error rate": standing.words.rate, "character error rate": standing.characters.rate}
    parts = [f"**{plain(name)}**"]
    parts += [f"{what} so far {rate:.2f} %" for what, rate in rates.items() if rate is not None]
    if standing.answered:
        parts.append(f"mean {standing.seconds / standing.answered:.2f} s a request")
    if standing.failed:
        parts.append(f":red[{standing.failed} failed]")
    return " · ".join(parts)

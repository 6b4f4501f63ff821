"""Runs under way: how far they are; those of this portal also with their figures so far, and a way to end them."""

import streamlit as st

from components.core.formatting import duration
from components.evaluation.results.system_labels import system_names
from components.evaluation.results.word_errors import Counts
from components.evaluation.run_jobs import RunJob
from components.evaluation.run_progress import Standing
from components.evaluation.runs.records import Run, RunKind
from components.evaluation.runs.run_store import RunNotFoundError, RunStore
from components.widgets.common.announcement import announce
from components.widgets.common.elements import plain
from components.widgets.common.work import work_registry


def show_under_way(kind: RunKind) -> None:
    """Draws what this portal measures now, whoever started it, and draws the page anew when one has ended."""
    with st.container(key="compare_under_way", gap="small"):
        if running := _running(kind):
            _watch(kind, [job.run.id for job in running])


def _running(kind: RunKind) -> list[RunJob]:
    return [job for job in work_registry().running(RunJob) if job.run.kind is kind]


@st.fragment(run_every=1.0)
def _watch(kind: RunKind, drawn: list[str]) -> None:
    running = _running(kind)
    if [job.run.id for job in running] != drawn:
        st.rerun()
    for job in running:
        _show(job)


def _show(job: RunJob) -> None:
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
        names = system_names(run.systems)
        lines = [_line(*both, run.kind) for both in zip(names, progress.standings, strict=True)]
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


def _line(name: str, standing: Standing, kind: RunKind) -> str:
    parts = [f"**{plain(name)}**"]
    if kind is RunKind.ACCURACY:
        parts += [
            *_rate("word error rate", standing.words),
            *_rate("character error rate", standing.characters),
        ]
    if standing.answered:
        parts.append(f"mean {standing.seconds / standing.answered:.2f} s a request")
    if standing.failed:
        parts.append(f":red[{standing.failed} failed]")
    return " · ".join(parts)


def _rate(name: str, counts: Counts) -> list[str]:
    return [] if counts.rate is None else [f"{name} so far {counts.rate:.2f} %"]


def show_progress(store: RunStore, run: Run) -> None:
    """Draws how far a run is, whichever process measures it, and draws the page anew when it has ended."""
    with st.container(key=f"compare_standing_{run.id}"):
        _watch_count(store, run)


@st.fragment(run_every=2.0)
def _watch_count(store: RunStore, run: Run) -> None:
    try:
        now, done = store.run(run.id), store.count(run.id)
    except RunNotFoundError:
        st.rerun()
    if not now.is_running:
        st.rerun()
    share = min(1.0, done / run.planned) if run.planned else 1.0
    st.progress(share, text=f"{done:,} of {run.planned:,} requests")

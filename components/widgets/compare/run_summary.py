"""A run in short: what it is, how it stands, its figures; as a row of the history, and on the front page."""

from collections.abc import Iterator, Sequence

import streamlit as st

from components.core.errors import PortalError
from components.core.formatting import moment
from components.core.settings import current_settings
from components.evaluation.results.run_figures import figures
from components.evaluation.results.wording import in_words, system_names
from components.evaluation.runs.records import Run, RunKind, System
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.navigation import COMPARE
from components.widgets.compare.chosen_run import HISTORY, RUN, VIEW, choose_run
from components.widgets.compare.run_cache import run_store, state
from components.widgets.compare.run_frame import run_badge, show_standing
from components.widgets.compare.run_questions import DELETE, RENAME, ask

_LABELS = {"WER": "Word error rate", "CER": "Character error rate"}
_MOST_SYSTEMS = 4


def show_last_run() -> None:
    """Draws the last run and the way to it; nothing where there is none yet."""
    try:
        run = next(iter(run_store().runs()), None)
        if run is None:
            return
        with st.container(border=True, key="last_run", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**Last run**: {plain(run.name)}", width="stretch")
                run_badge(run)
            st.caption(plain("; ".join(map(": ".join, figures_of(run)))))
            st.page_link(
                COMPARE.script,
                label="Open this run",
                icon=COMPARE.icon,
                query_params={VIEW: HISTORY, RUN: run.id},
            )
    except PortalError as error:
        show_error(error, key="last_run_error")


def show_row(run: Run) -> None:
    """Draws the run and what can be done with it; on a narrow screen what does not fit moves below."""
    with st.container(border=True, key=f"row_{run.id}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(run.name)}**", width="content")
            st.caption(run.kind.value, width="content")
            with st.container(width="stretch"):
                run_badge(run)
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
                _show_actions(run)
        facts = list(_facts(run))
        for column, (label, fact) in zip(st.columns(len(facts)), facts, strict=True):
            column.markdown(f":small[:gray[{label}]]  \n{plain(fact)}")
        show_standing(run)
        if run.problem:
            st.caption(f":material/warning: {plain(run.problem)}")


def _show_actions(run: Run) -> None:
    name = plain(run.name)
    st.button(
        "Open",
        key=f"compare_open_{run.id}",
        icon=":material/open_in_full:",
        help=f"Show all figures of {name}",
        on_click=choose_run,
        args=(HISTORY, run.id),
    )
    if current_settings().read_only:
        return
    _ask(RENAME, run, ":material/edit:", f"Give {name} another name")
    if not run.is_running:
        _ask(DELETE, run, ":material/delete:", f"Delete {name} and what was measured in it")


def _ask(question: str, run: Run, icon: str, explanation: str) -> None:
    st.button(
        question.capitalize(),
        key=f"compare_{question}_{run.id}",
        icon=icon,
        type="tertiary",
        help=explanation,
        on_click=ask,
        args=(question, run.id),
    )


def _facts(run: Run) -> Iterator[tuple[str, str]]:
    yield "Begun", moment(run.created)
    heard = ", ".join(filter(None, (run.conditions.dataset, run.conditions.selection)))
    yield "Data set" if run.kind is RunKind.ACCURACY else "Clip", heard or "not noted"
    if run.conditions.parameters:
        yield "Parameters", in_words(run.conditions.parameters)
    yield from figures_of(run)


def figures_of(run: Run) -> list[tuple[str, str]]:
    """What the figures are, each with the endpoints and theirs; while a run is measured there are none."""
    names = system_names(run.systems)
    if run.is_running:
        return [("Endpoints", _listed(names))]
    systems = list(zip(names, run.systems, strict=True))
    return [
        (label, _listed([f"{name} {figure.get(system, '')}".rstrip() for name, system in systems]))
        for label, figure in _headlines(run).items()
    ]


# Cached beside the store's own cache, for runs whose process is gone: nothing says that they are complete.
@st.cache_resource(max_entries=256, show_spinner="Scoring …", hash_funcs={Run: state})
def _headlines(run: Run) -> dict[str, dict[System, str]]:
    """Of an accuracy run its error rates, of a latency run its mean latency at the lowest concurrency, by system.

    An accuracy run has two headlines where errors are counted in words for some of its languages, and in characters for
    others.
    """
    accuracies, latencies = figures(run_store(), run)
    if run.kind is RunKind.LATENCY:
        lowest = min(run.conditions.concurrency)
        label = "Mean latency" if lowest == 1 else f"Mean latency, {lowest} at once"
        return {label: {one.system: f"{one.seconds:.2f}\N{NO-BREAK SPACE}s" for one in latencies}}
    found: dict[str, dict[System, str]] = {}
    for one in sorted(accuracies, key=lambda one: one.unit, reverse=True):
        found.setdefault(_LABELS[one.unit], {})[one.system] = f"{one.rate:.2f}\N{NO-BREAK SPACE}%"
    return found or {_LABELS["WER"]: {}}


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_SYSTEMS
    return ", ".join([*names[:_MOST_SYSTEMS], *([f"{more} more"] if more > 0 else [])])

"""One run as a row of the history: what it is, how it stands, its figures, and what can be done with it."""

from collections.abc import Iterator

import streamlit as st

from components.core.formatting import moment
from components.core.settings import Settings
from components.evaluation.results.system_labels import in_words
from components.evaluation.runs.records import Run, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.widgets.common.elements import plain
from components.widgets.compare.chosen_run import HISTORY, choose_run
from components.widgets.compare.headline_view import figures_of
from components.widgets.compare.run_heading import run_badge
from components.widgets.compare.run_questions import DELETE, RENAME, ask
from components.widgets.compare.under_way import show_progress


def show_row(store: RunStore, run: Run) -> None:
    """Draws the run; on a narrow screen what does not fit moves below."""
    with st.container(border=True, key=f"row_{run.id}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(run.name)}**", width="content")
            st.caption(run.kind.value, width="content")
            with st.container(width="stretch"):
                run_badge(run)
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
                _show_actions(run)
        facts = list(_facts(store, run))
        for column, (label, fact) in zip(st.columns(len(facts)), facts, strict=True):
            column.markdown(f":small[:gray[{label}]]  \n{plain(fact)}")
        _show_standing(store, run)


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
    if Settings().read_only:
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


def _facts(store: RunStore, run: Run) -> Iterator[tuple[str, str]]:
    yield "Begun", moment(run.created)
    heard = ", ".join(filter(None, (run.conditions.dataset, run.conditions.selection)))
    yield "Data set" if run.kind is RunKind.ACCURACY else "Clip", heard or "not noted"
    if run.conditions.parameters:
        yield "Parameters", in_words(run.conditions.parameters)
    yield from figures_of(store, run)


def _show_standing(store: RunStore, run: Run) -> None:
    if run.is_running:
        show_progress(store, run)
    elif run.status is not RunStatus.DONE:
        st.caption(f"{store.count(run.id):,} of {run.planned:,} requests were measured.")
    if run.problem:
        st.caption(f":material/warning: {plain(run.problem)}")

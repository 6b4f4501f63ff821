"""The view History: every run that is kept, whoever measured it, and one of them in full."""

import streamlit as st

from components.core.errors import PortalError
from components.evaluation.runs.records import Run, RunKind
from components.evaluation.runs.run_store import RunStore
from components.widgets.common.error_view import show_error
from components.widgets.compare.chosen_run import HISTORY, choose_run, chosen_run
from components.widgets.compare.compare_runs import show_comparison
from components.widgets.compare.run_questions import show_question
from components.widgets.compare.run_summary import show_row
from components.widgets.compare.run_view import show_run

_ALL = "All"
_KIND, _SEARCH, _SHOWN = "compare_history_kind", "compare_history_search", "compare_history_shown"
_PAGE = 20
_SEARCH_WIDTH = 320
"""Pixels: on a phone that takes a line of its own."""


def show_history(store: RunStore) -> None:
    """Draws the run that is chosen, or the list of all."""
    with st.container(key="compare_history", gap="small"):
        chosen = chosen_run(HISTORY)
        if chosen:
            _show_one(store, chosen)
        else:
            _show_all(store, store.runs())


def _show_one(store: RunStore, run_id: str) -> None:
    st.button(
        "Back to all runs",
        key="compare_back",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=choose_run,
        args=(HISTORY, None),
    )
    try:
        show_run(store.run(run_id))
    except PortalError as error:
        show_error(error, key="compare_run_error")


def _show_all(store: RunStore, runs: list[Run]) -> None:
    if not runs:
        st.info(
            "Measure accuracy or latency here, or run `python -m components.cli wer`: each run is kept with "
            "its conditions and raw texts, and listed here.",
            title="Nothing has been measured yet",
            icon=":material/history:",
        )
        return
    kind, search = _filter()
    show_comparison(runs)
    found = [run for run in runs if _fits(run, kind, search)]
    if not found:
        st.info("No run fits. Search for less, or choose All.", icon=":material/search_off:")
    shown = st.session_state.setdefault(_SHOWN, _PAGE)
    for run in found[:shown]:
        show_row(run)
    if len(found) > shown:
        st.button(f"Show more ({len(found) - shown})", key="compare_more", on_click=_show_more)
    show_question(store, runs)


def _filter() -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kinds = [_ALL, *(kind.value.capitalize() for kind in RunKind)]
        kind = st.segmented_control(
            "Kind",
            kinds,
            default=_ALL,
            required=True,
            key=_KIND,
            label_visibility="collapsed",
            persist_state="session",
        )
        search = st.text_input(
            "Search",
            key=_SEARCH,
            type="search",
            placeholder="Name, endpoint, model, data set",
            label_visibility="collapsed",
            width=_SEARCH_WIDTH,
            persist_state="session",
        )
    return kind or _ALL, search or ""


def _fits(run: Run, kind: str, search: str) -> bool:
    systems = (f"{system.endpoint} {system.model} {system.target}" for system in run.systems)
    text = " ".join((run.name, run.id, run.conditions.dataset, run.conditions.selection, *systems)).lower()
    is_of_kind = kind in (_ALL, run.kind.value.capitalize())
    return is_of_kind and all(word in text for word in search.lower().split())


def _show_more() -> None:
    st.session_state[_SHOWN] += _PAGE

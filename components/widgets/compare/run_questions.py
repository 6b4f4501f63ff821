"""What is asked about a run before something is done with it: its new name, or whether it may go."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from components.core.errors import PortalError
from components.core.formatting import moment
from components.evaluation.run_jobs import delete_run, rename_run
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Run
from components.evaluation.runs.run_store import RunStore
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.work import work_registry

RENAME, DELETE = "rename", "delete"
_ASKED, _FAILURE = "compare_asked", "compare_question_failure"
_LONGEST_NAME = 120


def ask(question: str, run_id: str) -> None:
    """Has the view ask that about the run; a button's callback."""
    st.session_state[_ASKED] = (question, run_id)
    st.session_state[_FAILURE] = None


def show_question(store: RunStore, runs: list[Run]) -> None:
    """Opens the dialog for what is asked, if there is such a run still."""
    question, run_id = st.session_state.get(_ASKED) or ("", "")
    run = next((run for run in runs if run.id == run_id), None)
    if run is None:
        _forget()
        return
    icon, content = (":material/edit:", _rename) if question == RENAME else (":material/delete:", _delete)
    title = f"{question.capitalize()} {plain(run.name)}?"
    st.dialog(title, icon=icon, on_dismiss=_forget)(content)(store, run)


def _rename(store: RunStore, run: Run) -> None:
    # In a form, so that Enter does what the button does.
    with st.form(f"compare_rename_form_{run.id}", border=False):
        name = st.text_input(
            "Name", run.name, key=f"compare_name_{run.id}", max_chars=max(_LONGEST_NAME, len(run.name))
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            is_confirmed = st.form_submit_button("Rename", key="compare_confirm", icon=":material/check:")
            is_refused = st.form_submit_button("Leave it", key="compare_keep")
    _settle(is_refused=is_refused, act=partial(_renamed, store, run, name) if is_confirmed else None)


def _delete(store: RunStore, run: Run) -> None:
    st.markdown(
        f"The run **{plain(run.name)}** of {moment(run.created)} is deleted with everything that was measured in "
        "it. This can't be undone; the JSONL download keeps all of it."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        is_refused = st.button("Keep it", key="compare_keep")
        is_confirmed = st.button("Delete run", key="compare_confirm", icon=":material/delete:")
    act = partial(delete_run, store, work_registry(), run.id) if is_confirmed else None
    _settle(is_refused=is_refused, act=act)


def _settle(*, is_refused: bool, act: Callable[[], None] | None) -> None:
    """Does what was confirmed, and closes the dialog unless that failed."""
    if act:
        st.session_state[_FAILURE] = None
        try:
            act()
        except PortalError as error:
            st.session_state[_FAILURE] = error
    failure = st.session_state.get(_FAILURE)
    if is_refused or (act and failure is None):
        _forget()
        st.rerun()
    if failure:
        show_error(failure, key="compare_question_error")


def _renamed(store: RunStore, run: Run, name: str) -> None:
    if not name.strip():
        raise StoreError("A run needs a name.", "Type one, or leave it as it is.")
    rename_run(store, run.id, name.strip())


def _forget() -> None:
    st.session_state[_ASKED] = st.session_state[_FAILURE] = None

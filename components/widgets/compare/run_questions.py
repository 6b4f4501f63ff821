"""What is asked about a run before something is done with it: its new name, or whether it may go."""

from collections.abc import Callable

import streamlit as st

from components.errors import PortalError
from components.evaluation.records import Run
from components.evaluation.removal import delete_run
from components.evaluation.run_store import RunStore
from components.widgets.amounts import moment
from components.widgets.error_view import show_error
from components.widgets.plain import plain

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
    title, content = ("Rename", _rename) if question == RENAME else ("Delete", _delete)
    icon = ":material/edit:" if question == RENAME else ":material/delete:"
    st.dialog(f"{title} {plain(run.name)}?", icon=icon, on_dismiss=_forget)(content)(store, run)


def _rename(store: RunStore, run: Run) -> None:
    name = st.text_input(
        "Name", run.name, key=f"compare_name_{run.id}", max_chars=max(_LONGEST_NAME, len(run.name))
    )
    _show_buttons("Leave it", "Rename", ":material/check:", lambda: _renamed(store, run, name))


def _delete(store: RunStore, run: Run) -> None:
    st.markdown(
        f"The run **{plain(run.name)}** of {moment(run.created)} is deleted with everything that was measured in "
        "it. This can't be undone; the JSONL download keeps all of it."
    )
    _show_buttons("Keep it", "Delete run", ":material/delete:", lambda: delete_run(store, run.id))


def _show_buttons(no: str, yes: str, icon: str, act: Callable[[], None]) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        refused = st.button(no, key="compare_keep", on_click=_forget)
        if st.button(yes, key="compare_confirm", icon=icon):
            try:
                act()
            except PortalError as error:
                st.session_state[_FAILURE] = error
            else:
                _forget()
                refused = True
    if failure := st.session_state.get(_FAILURE):
        show_error(failure, key="compare_question_error")
    if refused:
        st.rerun()


def _renamed(store: RunStore, run: Run, name: str) -> None:
    if name.strip():
        store.rename(run.id, name.strip())


def _forget() -> None:
    st.session_state[_ASKED] = st.session_state[_FAILURE] = None

"""Why the runs can't be shown; where their file is damaged, the way to go on."""

import streamlit as st

from components.core.errors import PortalError
from components.core.settings import Settings
from components.evaluation.runs.database import DamagedStoreError
from components.evaluation.runs.recovery import set_aside
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.compare.run_cache import run_store

_CAME = "compare_rescue"


def show_store_error(error: PortalError, key: str) -> None:
    """Shows the error in a container with that key."""
    show_error(error, key=key)
    if isinstance(error, DamagedStoreError) and not Settings().read_only:
        st.button(
            "Set the damaged file aside",
            key=f"{key}_set_aside",
            icon=":material/healing:",
            help="It is kept under another name, and a new file is begun with all runs that can still be read whole.",
            on_click=_set_aside,
        )


def show_rescue() -> None:
    """Says once what came of setting the file aside."""
    came: str | PortalError | None = st.session_state.pop(_CAME, None)
    if isinstance(came, PortalError):
        show_error(came, key="compare_rescue_error")
    elif came:
        st.success(came, icon=":material/healing:")


def _set_aside() -> None:
    try:
        rescue = set_aside(run_store())
    except PortalError as error:
        st.session_state[_CAME] = error
        return
    taken = {0: "No run could be read.", 1: "One run was taken over."}
    told = taken.get(rescue.runs, f"{rescue.runs} runs were taken over.")
    st.session_state[_CAME] = (
        f"A new file was begun. {told} The damaged one is kept as {plain(str(rescue.damaged))}."
    )

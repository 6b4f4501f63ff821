"""The way from one view of the page to another.

A link to the page that it stands on would do the same, but leave the browser's address as it was.
"""

import streamlit as st

from components.widgets.compare.chosen_run import VIEW, choose_run


def show_view_button(label: str, view: str, run_id: str | None = None) -> None:
    """Draws a button that opens the view, with that run if there is one."""
    st.button(
        label,
        key=f"compare_open_{view}_{run_id}",
        icon=":material/arrow_forward:",
        type="tertiary",
        on_click=_open,
        args=(view, run_id),
    )


def _open(view: str, run_id: str | None) -> None:
    st.session_state[VIEW] = view
    if run_id:
        choose_run(view, run_id)

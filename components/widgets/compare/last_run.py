"""The last run, for the front page: what it was, what it came to, and the way to it."""

import streamlit as st

from components.core.errors import PortalError
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.navigation import COMPARE
from components.widgets.compare.chosen_run import HISTORY, RUN, VIEW
from components.widgets.compare.headline_view import figures_of
from components.widgets.compare.run_cache import run_store
from components.widgets.compare.run_heading import run_badge


def show_last_run() -> None:
    """Draws it; nothing where there is none yet."""
    try:
        run = next(iter(run_store().runs()), None)
        if run is None:
            return
        with st.container(border=True, key="last_run", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**Last run**: {plain(run.name)}", width="stretch")
                run_badge(run)
            st.caption(plain("; ".join(map(": ".join, figures_of(run_store(), run)))))
            st.page_link(
                COMPARE.script,
                label="Open this run",
                icon=COMPARE.icon,
                query_params={VIEW: HISTORY, RUN: run.id},
            )
    except PortalError as error:
        show_error(error, key="last_run_error")

"""The view Latency: how long endpoints take, and how much they answer."""

import streamlit as st

from components.evaluation.latency_plan import LatencyPlan
from components.evaluation.runs.records import RunKind
from components.widgets.common.navigation import COLUMNS
from components.widgets.common.parameter_form import show_form
from components.widgets.compare.endpoint_choice import candidates, choose_endpoints, obstacle
from components.widgets.compare.latency_clip import choose_clips
from components.widgets.compare.latency_form import choose_load, show_effort
from components.widgets.compare.start_button import show_start
from components.widgets.compare.view import show_runs

LATENCY = "Latency"
_EMPTY = "Nothing has been measured yet. Choose endpoints and a clip, then press Measure latency."


def show_latency() -> None:
    """Lays out the view: what is to be measured, what is under way, the last run."""
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        st.subheader("What is measured", anchor=False)
        chosen = choose_endpoints("compare_latency_endpoints")
        clips = choose_clips()
    with right:
        st.subheader("Load", anchor=False)
        load = choose_load()
        form = show_form(chosen[0][1].model if len(chosen) == 1 else None)
        known = candidates(chosen)
        show_effort(load, len(clips), known or ())
        show_start(
            "Measure latency",
            LATENCY,
            known,
            lambda: LatencyPlan(known or (), clips, form.values, load),
            obstacle(chosen, form, None if clips else "Choose a clip first.") or load.fault,
        )
    show_runs(RunKind.LATENCY, LATENCY, _EMPTY)

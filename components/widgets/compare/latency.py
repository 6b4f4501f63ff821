"""The view Latency: how long endpoints take, and how much they answer."""

from collections.abc import Sequence

import streamlit as st

from components.audio.decoding import Clip
from components.evaluation.latency import LatencyPlan
from components.evaluation.runs.records import RunKind
from components.evaluation.systems import Candidate
from components.widgets.common.navigation import COLUMNS
from components.widgets.common.parameter_form import ParameterForm, show_form
from components.widgets.compare.endpoint_choice import Chosen, candidates, choose_endpoints, unfit
from components.widgets.compare.latency_clip import choose_clips
from components.widgets.compare.latency_form import Numbers, choose_numbers, show_effort
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
        st.subheader("How it is asked", anchor=False)
        numbers = choose_numbers()
        form = show_form(chosen[0][1].model if len(chosen) == 1 else None)
        known = candidates(chosen)
        show_effort(numbers, len(clips), known or ())
        _show_start(chosen, known, clips, numbers, form)
    show_runs(RunKind.LATENCY, LATENCY, _EMPTY)


def _show_start(
    chosen: Chosen,
    known: tuple[Candidate, ...] | None,
    clips: tuple[Clip, ...],
    numbers: Numbers,
    form: ParameterForm,
) -> None:
    def plan() -> LatencyPlan:
        return LatencyPlan(
            known or (), clips, form.values, numbers.requests, numbers.warm_up, numbers.concurrency
        )

    show_start("Measure latency", LATENCY, known, plan, _obstacle(chosen, clips, numbers, form))


def _obstacle(chosen: Chosen, clips: Sequence[Clip], numbers: Numbers, form: ParameterForm) -> str | None:
    if not chosen:
        return "Choose an endpoint first."
    if not clips:
        return "Choose a clip first."
    if form.findings:
        return "Change the parameters marked above first."
    return unfit(chosen, form.values) or numbers.fault

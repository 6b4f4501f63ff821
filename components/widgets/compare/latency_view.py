"""The view Latency: how long endpoints take, and how much they answer."""

import streamlit as st

from components.core.formatting import hourly_usd
from components.evaluation.latency_plan import MOST_REQUESTS, MOST_WARM_UPS, LatencyPlan, Load
from components.evaluation.runs.records import RunKind
from components.evaluation.systems import Candidate
from components.targets.target import LOCAL_REGION
from components.widgets.common.elements import plain
from components.widgets.common.navigation import COLUMNS
from components.widgets.common.parameter_form import show_form
from components.widgets.compare.endpoint_choice import candidates, choose_endpoints, obstacle
from components.widgets.compare.latency_clip import choose_clips
from components.widgets.compare.view import show_runs, show_start

LATENCY = "Latency"
_STEPS = (1, 2, 4, 8, 16, 32)
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
        load = _choose_load()
        form = show_form(chosen[0][1].model if len(chosen) == 1 else None)
        known = candidates(chosen)
        _show_effort(load, len(clips), known or ())
        show_start(
            "Measure latency",
            LATENCY,
            known,
            lambda: LatencyPlan(known or (), clips, form.values, load),
            obstacle(chosen, form, None if clips else "Choose a clip first.") or load.fault,
        )
    show_runs(RunKind.LATENCY, LATENCY, _EMPTY)


def _choose_load() -> Load:
    left, right = st.columns(2, gap="small")
    requests = left.number_input(
        "Requests",
        1,
        MOST_REQUESTS,
        100,
        key="compare_latency_requests",
        help="How many count, for each endpoint, clip and number at once. The published figures are means of 100.",
        persist_state="session",
    )
    warm_up = right.number_input(
        "Warm-up requests",
        0,
        MOST_WARM_UPS,
        3,
        key="compare_latency_warm_up",
        help="Sent before by each worker, and left out of every figure: the first requests open connections and fill "
        "caches.",
        persist_state="session",
    )
    steps = st.pills(
        "Requests at once",
        _STEPS,
        default=_STEPS[0],
        selection_mode="multi",
        key="compare_latency_concurrency",
        help="Independent workers, each of which sends its next request when it has the reply to its last one. With "
        "several steps, one after the other is measured. The published figures are for 1.",
        persist_state="session",
    )
    return Load(requests, warm_up, tuple(sorted(steps)))


def _show_effort(load: Load, clips: int, chosen: tuple[Candidate, ...]) -> None:
    """Says how many requests that makes, and what the endpoints cost anyway."""
    if load.fault or not clips or not chosen:
        return
    lines = [f"{load.total(len(chosen) * clips):,} requests in all, warm-up included."]
    on_aws = [each.system for each in chosen if each.system.region != LOCAL_REGION]
    if on_aws:
        lines.append("AWS bills endpoints by the hour, used or not: the run itself adds nothing.")
    for system in on_aws:
        count = 1 if system.instance_count is None else system.instance_count
        price = "price not known" if system.usd_per_hour is None else hourly_usd(system.usd_per_hour * count)
        lines.append(f"{plain(system.endpoint)}: {price}")
    st.caption("  \n".join(lines))

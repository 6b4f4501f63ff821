"""The load of a latency run: how many requests, after how much warm-up, how many at once."""

import streamlit as st

from components.core.formatting import hourly_usd
from components.evaluation.load import MOST_REQUESTS, MOST_WARM_UPS, Load
from components.evaluation.systems import Candidate
from components.targets.target import LOCAL_REGION
from components.widgets.common.elements import plain

_STEPS = (1, 2, 4, 8, 16, 32)


def choose_load() -> Load:
    """Draws the choice."""
    left, right = st.columns(2, gap="small")
    with left:
        requests = _number(
            "Requests",
            "compare_latency_requests",
            (100, 1, MOST_REQUESTS),
            "How many count, for each endpoint, clip and number at once. The published figures are means of 100.",
        )
    with right:
        warm_up = _number(
            "Warm-up requests",
            "compare_latency_warm_up",
            (3, 0, MOST_WARM_UPS),
            "Sent before by each worker, and left out of every figure: the first requests open connections and fill "
            "caches.",
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


def show_effort(load: Load, clips: int, chosen: tuple[Candidate, ...]) -> None:
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


def _number(label: str, key: str, bounds: tuple[int, int, int], explanation: str) -> int:
    value, lowest, highest = bounds
    return st.number_input(
        label, lowest, highest, value, key=key, step=1, help=explanation, persist_state="session"
    )

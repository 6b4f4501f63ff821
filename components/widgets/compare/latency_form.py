"""How a latency run asks: how often, after how much warm-up, how many at once."""

from dataclasses import dataclass

import streamlit as st

from components.core.formatting import hourly_usd
from components.evaluation.latency import (
    MOST_REQUESTS,
    MOST_WARM_UPS,
    LatencyPlanError,
    check_numbers,
    request_count,
)
from components.evaluation.systems import Candidate
from components.targets.target import LOCAL_REGION
from components.widgets.common.elements import plain

_STEPS = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class Numbers:
    """What was chosen; `fault` is what is wrong with it, None where nothing is."""

    requests: int
    warm_up: int
    concurrency: tuple[int, ...]

    @property
    def fault(self) -> str | None:
        """One sentence for the screen."""
        try:
            check_numbers(self.requests, self.warm_up, self.concurrency)
        except LatencyPlanError as error:
            return error.what
        return None


def choose_numbers() -> Numbers:
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
    return Numbers(requests, warm_up, tuple(sorted(steps)))


def show_effort(numbers: Numbers, clips: int, chosen: tuple[Candidate, ...]) -> None:
    """Says how many requests that makes, and what the endpoints cost anyway."""
    if numbers.fault or not clips or not chosen:
        return
    count = request_count(len(chosen) * clips, numbers.requests, numbers.warm_up, numbers.concurrency)
    st.caption("  \n".join([f"{count:,} requests in all, warm-up included.", *_prices(chosen)]))


def _prices(chosen: tuple[Candidate, ...]) -> list[str]:
    on_aws = [each.system for each in chosen if each.system.region != LOCAL_REGION]
    if not on_aws:
        return []
    lines = ["AWS bills endpoints by the hour, whether they are asked or not: the run itself adds nothing."]
    for system in on_aws:
        count = 1 if system.instance_count is None else system.instance_count
        known = system.usd_per_hour is not None
        price = hourly_usd((system.usd_per_hour or 0.0) * count) if known else "price not known"
        lines.append(f"{plain(system.endpoint)}: {price}")
    return lines


def _number(label: str, key: str, bounds: tuple[int, int, int], explanation: str) -> int:
    value, lowest, highest = bounds
    return st.number_input(
        label, lowest, highest, value, key=key, step=1, help=explanation, persist_state="session"
    )

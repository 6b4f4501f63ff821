"""All figures of a latency run as a table, and the requests that failed."""

from collections.abc import Sequence
from operator import itemgetter

import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from components.evaluation.results import published
from components.evaluation.results.latency_figures import Stage
from components.evaluation.results.wording import system_name
from components.evaluation.runs.records import Item, Run
from components.whisper.models import find_model
from components.widgets.common.elements import plain
from components.widgets.compare.tables import number, show_table

_TIMES = ("mean", "p50", "p90", "p95", "p99", "min", "max")
_PERCENTILE = "Seconds; interpolated linearly between the two nearest times."
_SECONDS = {
    name: NumberColumn(f"{name} s", format="%.3f", help=_PERCENTILE if name.startswith("p") else "Seconds.")
    for name in _TIMES
}
COLUMNS = {
    "endpoint": TextColumn("Endpoint", width=170, pinned=True),
    "clip": TextColumn("Clip"),
    "at_once": number("At once", None, "Independent workers that each wait for the reply before they go on."),
    "requests": number("Requests", None, "Sent after the warm-up, failed ones included."),
    "errors": number("Errors", None, "Requests that failed; their times are in no figure."),
    **_SECONDS,
    "throughput": number(
        "Answers/s", "%.2f", "Answered requests a second, from the first sending to the last reply."
    ),
    "factor": number(
        "RTF", "%.3f", "Real-time factor: mean time by the clip's length; below 1 is faster than speech."
    ),
    "cost": number(
        "USD/h of audio",
        "%.4f",
        "What all instances cost for an hour of audio at this throughput. Empty without a price.",
    ),
    "retried": number("Sent again", None, "Requests that boto3 had to send more than once."),
    "published": number("Published mean s", "%g", f"{published.LATENCY} Not your clip."),
}
"""What the figures are, by their names in a row."""


def show_figures(run: Run, items: Sequence[Item], stages: Sequence[Stage]) -> None:
    """Draws the table; what can't be told is empty."""
    with st.container(key=f"compare_latency_figures_{run.id}"):
        rows = [row(run, items, stage) for stage in stages]
        alt = "Latency of every endpoint, clip and number of requests at once"
        show_table(rows, COLUMNS, alt, height="content")
    st.caption(
        "Measured here, from sending a request to having its reply; the warm-up is left out. The cost is what "
        "an hour of audio comes to while the endpoint is kept as busy as in the run; an idle one costs as much."
    )


def row(run: Run, items: Sequence[Item], stage: Stage) -> dict[str, object]:
    """What one stage came to; None is what it does not have."""
    system = run.systems[stage.system]
    model = find_model(system.model) if system.model else None
    return {
        "endpoint": system_name(run.systems, stage.system),
        "clip": items[stage.item].id,
        "at_once": stage.concurrency,
        "requests": stage.requests,
        "errors": stage.error_count,
        **{name: getattr(stage.spread, name) if stage.spread else None for name in _TIMES},
        "throughput": stage.throughput,
        "factor": stage.real_time_factor,
        "cost": stage.cost_of_an_hour,
        "retried": stage.retried,
        "published": model.latency if model else None,
    }


def show_failures(run: Run, stages: Sequence[Stage]) -> None:
    """Which requests failed, by kind, with the message of one of each; nothing where none did."""
    found: dict[tuple[bool, int, str], list[tuple[Stage, int]]] = {}
    for stage in stages:
        for is_warm_up, errors in ((False, stage.errors), (True, stage.warm_up_errors)):
            for kind, count in errors.items():
                found.setdefault((is_warm_up, stage.system, kind), []).append((stage, count))
    if not found:
        return
    lines = []
    for (is_warm_up, system, kind), failed in sorted(found.items(), key=itemgetter(0)):
        steps = ", ".join(str(step) for step in sorted({stage.concurrency for stage, _ in failed}))
        where = plain(f"{system_name(run.systems, system)}, {steps} at once")
        message = plain(failed[0][0].messages.get(kind, ""))
        total, note = sum(count for _, count in failed), " In the warm-up." if is_warm_up else ""
        lines.append(f"- {where}: {total} x **{plain(kind)}**. {message}{note}")
    st.subheader("Failed requests", anchor=False)
    st.markdown("\n".join(lines))

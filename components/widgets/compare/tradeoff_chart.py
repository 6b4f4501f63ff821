"""Error rate against latency or cost, with intervals and the Pareto front."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import streamlit as st

from components.evaluation.results.conditions import instances
from components.evaluation.results.system_labels import in_words
from components.evaluation.results.tradeoff import Point, on_front
from components.evaluation.runs.records import System
from components.targets.target import LOCAL_REGION
from components.widgets.common.elements import plain
from components.widgets.common.theme import accent, ground, ink
from components.widgets.compare.point_labels import labels

_HEIGHT = 380
_SCALE = alt.Scale(zero=False, nice=False, padding=28)
_NUMBER = ".3~g"
"""Three significant digits, no zeros behind: where there is one value alone, Vega shows six decimals of it."""
_BEST, _OTHER = "on the Pareto front", "off the Pareto front"
NO_LATENCY = "its latency was not measured so, one request at a time"


@dataclass(frozen=True)
class Axis:
    """What stands against the error rate; smaller is better."""

    title: str
    of: Callable[[Point], float | None]
    lacks: Callable[[System], str | None]
    """Why an endpoint can't have it, whatever is measured; None where a latency run may bring it."""

    def missing(self, point: Point) -> str | None:
        """Why a point doesn't have it; None where it does."""
        if self.of(point) is not None:
            return None
        return self.lacks((point.latency or point.accuracy).system) or NO_LATENCY


def _lacks_price(system: System) -> str | None:
    if system.region == LOCAL_REGION:
        return "only endpoints on AWS have a price"
    return "no price is known" if system.usd_per_hour is None else None


AXES = {
    "Latency": Axis("Mean latency, seconds", lambda point: point.seconds, lambda _: None),
    "Cost": Axis("USD for an hour of audio", lambda point: point.cost_of_an_hour, _lacks_price),
}


def rows_of(points: Sequence[Point], axis: Axis) -> list[dict[str, Any]]:
    """What chart and table show of the points, the best error rate first; `across` is None without the axis' figure.

    What left too much unanswered is not on the front, and keeps nothing off it.
    """
    ordered = sorted(points, key=lambda point: point.accuracy.rate)
    against = [axis.of(point) if point.is_whole else None for point in ordered]
    fronts = on_front([point.accuracy.rate for point in ordered], against)
    return [
        {
            "endpoint": point.name,
            "front": front,
            "rate": point.accuracy.rate,
            "low": point.accuracy.low,
            "high": point.accuracy.high,
            "latency": point.seconds,
            "cost": point.cost_of_an_hour,
            "model": point.accuracy.system.model,
            "instance": instances(point.accuracy.system),
            "answered": f"{point.accuracy.answered} of {point.accuracy.sent}",
            "parameters": in_words(point.accuracy.run.conditions.parameters),
            "clip": point.latency and point.latency.clip,
            "timed": f"{point.latency.clip}, mean of {point.latency.answers}" if point.latency else None,
            "place": point.accuracy.system.target,
            "date": point.accuracy.run.created,
            "across": axis.of(point),
            "standing": _BEST if front else _OTHER,
        }
        for point, front in zip(ordered, fronts, strict=True)
    ]


def show_chart(unit: str, points: Sequence[Point], axis: Axis) -> None:
    """Draws the points that have both figures, or says why there are none; `unit` is that of the error rates."""
    rows = [row | {"date": str(row["date"])} for row in rows_of(points, axis) if row["across"] is not None]
    if not rows:
        reasons = dict.fromkeys(filter(None, map(axis.missing, points)))
        st.info(f"No endpoint can be drawn: {'; '.join(reasons)}.", icon=":material/info:")
        return
    names = labels([(row["across"], row["rate"], row["endpoint"]) for row in rows])
    st.altair_chart(
        alt.layer(_front(rows), *_marks(rows, axis, unit), *names).properties(height=_HEIGHT),
        width="stretch",
        alt=f"{unit} against {axis.title}; the table below has the figures",
    )
    st.caption(_legend(rows))


def _legend(rows: list[dict[str, Any]]) -> str:
    """What is drawn, and nothing else."""
    front = {(row["across"], row["rate"]) for row in rows if row["front"]}
    joined = ", joined by the dashed line," if len(front) > 1 else ""
    lines = [
        "Lower and further left is better.",
        f"Filled points{joined} are on the Pareto front: no other endpoint is as good in both and better in one.",
    ]
    if any(row["low"] is not None for row in rows):
        lines.append("Bars are 95 % intervals of the error rate.")
    lines.append(f"Latency of: {plain(rows[0]['clip'])}.")
    return " ".join(lines)


def _front(rows: list[dict[str, Any]]) -> alt.Chart:
    best = [row for row in rows if row["front"]]
    line: alt.Chart = (
        alt.Chart({"values": best})
        .mark_line(interpolate="step-after", strokeDash=[5, 4], color=accent(), opacity=0.8)
        .encode(x="across:Q", y="rate:Q")
    )
    return line


def _marks(rows: list[dict[str, Any]], axis: Axis, unit: str) -> list[alt.Chart]:
    legend = alt.Legend(title=None, orient="bottom", columns=1)
    base = alt.Chart({"values": rows}).encode(
        x=alt.X("across:Q", title=axis.title, scale=_SCALE).axis(grid=False, tickCount=6, format=_NUMBER)
    )
    intervals = base.mark_rule(color=ink(), opacity=0.6).encode(
        y=alt.Y("low:Q", title=f"{unit} %", scale=_SCALE).axis(format=_NUMBER), y2="high:Q"
    )
    points = base.mark_point(size=120, stroke=accent(), strokeWidth=2, opacity=1).encode(
        y="rate:Q",
        fill=alt.Fill(
            "standing:N", legend=legend, scale=alt.Scale(domain=[_BEST, _OTHER], range=[accent(), ground()])
        ),
        tooltip=[
            alt.Tooltip("endpoint:N", title="Endpoint"),
            alt.Tooltip("model:N", title="Model"),
            alt.Tooltip("rate:Q", title=f"{unit} %", format=".2f"),
            alt.Tooltip("low:Q", title="Interval from", format=".2f"),
            alt.Tooltip("high:Q", title="to", format=".2f"),
            alt.Tooltip("across:Q", title=axis.title, format=".3f"),
            alt.Tooltip("clip:N", title="Latency of"),
        ],
    )
    return [intervals, points]

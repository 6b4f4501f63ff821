"""Error rate against latency or cost, with intervals, the Pareto front and a name beside each point."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import streamlit as st

from components.evaluation.results.tradeoff import Point, on_front
from components.evaluation.results.wording import in_words, instances
from components.evaluation.runs.records import System
from components.targets.target import LOCAL_REGION
from components.widgets.common.elements import plain
from components.widgets.common.theme import accent, ground, ink

_HEIGHT = 380
_SCALE = alt.Scale(zero=False, nice=False, padding=28)
_NUMBER = ".3~g"
"""Three significant digits, no zeros behind: where there is one value alone, Vega shows six decimals of it."""
_CELLS = 16
"""Width and height of a chart, in labels; points in one cell share a label."""
_ABOVE, _BELOW = -13, 15
_WIDTH = 150
"""Pixels, beyond which a name is cut off; the tooltip has it in full."""
_BEST, _OTHER = "on the Pareto front", "off the Pareto front"
NO_LATENCY = "its latency was not measured so, one request at a time"


@dataclass(frozen=True)
class Axis:
    """What stands against the error rate; smaller is better."""

    title: str
    figure: str
    """Its name in a latency."""
    lacks: Callable[[System], str | None]
    """Why an endpoint can't have it, whatever is measured; None where a latency run may bring it."""

    def of(self, point: Point) -> float | None:
        """What a point has of it."""
        found: float | None = getattr(point.latency, self.figure, None)
        return found

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
    "Latency": Axis("Mean latency, seconds", "seconds", lambda _: None),
    "Cost": Axis("USD for an hour of audio", "cost_of_an_hour", _lacks_price),
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
            "latency": point.latency and point.latency.seconds,
            "cost": point.latency and point.latency.cost_of_an_hour,
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
        alt.layer(*_marks(rows, axis, unit), *names).properties(height=_HEIGHT),
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
    front = alt.Chart({"values": [row for row in rows if row["front"]]}).mark_line(
        interpolate="step-after", strokeDash=[5, 4], color=accent(), opacity=0.8
    )
    return [front.encode(x="across:Q", y="rate:Q"), intervals, points]


def labels(points: Sequence[tuple[float, float, str]]) -> list[alt.Chart]:
    """Layers with a label for each spot of points (x, y, name).

    It begins right of its spot in the left half of the chart and ends left of it in the other; neighbours have theirs
    above and below in turn.
    """
    xs, ys, _ = zip(*points, strict=True)
    spots: dict[tuple[int, int], list[tuple[float, float, str]]] = {}
    for x, y, name in sorted(points, key=lambda point: point[0]):
        spots.setdefault((_cell(x, xs), _cell(y, ys)), []).append((x, y, name))
    return [
        _text(spot, (min(xs) + max(xs)) / 2, _BELOW if number % 2 else _ABOVE)
        for number, spot in enumerate(spots.values())
    ]


def _cell(value: float, values: Sequence[float]) -> int:
    extent = max(values) - min(values)
    return round(_CELLS * (value - min(values)) / extent) if extent else 0


def _text(spot: Sequence[tuple[float, float, str]], middle: float, dy: int) -> alt.Chart:
    x, y, _ = spot[0]
    row = {"x": x, "y": y, "label": ", ".join(name for *_, name in spot)}
    side: dict[str, Any] = {"align": "left", "dx": 8} if x <= middle else {"align": "right", "dx": -8}
    text = alt.Chart({"values": [row]}).mark_text(dy=dy, fontSize=13, color=ink(), limit=_WIDTH, **side)
    chart: alt.Chart = text.encode(x="x:Q", y="y:Q", text="label:N")
    return chart

"""Error rate against latency or cost, with intervals and the Pareto front."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import altair as alt
import streamlit as st

from components.evaluation.records import System
from components.evaluation.together import Comparison, Point, on_front
from components.targets import LOCAL_REGION
from components.widgets.compare.point_labels import Named, labels
from components.widgets.theme import accent, ground, ink

_HEIGHT = 380
_SCALE = alt.Scale(zero=False, nice=False, padding=28)
_NUMBER = ".3~g"
"""Three significant digits, no zeros behind: where there is one value alone, Vega shows six decimals of it."""
_BEST, _OTHER = "on the Pareto front", "off the Pareto front"
NO_LATENCY = "no latency was measured one request at a time"
_LATENCY_RUN, _ACCURACY_RUN = "latency run", "accuracy run"


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


def standings(comparison: Comparison, axis: Axis) -> list[bool]:
    """Which of the points are on the Pareto front."""
    return on_front([p.accuracy.rate for p in comparison.points], [axis.of(p) for p in comparison.points])


def show_chart(comparison: Comparison, axis: Axis) -> None:
    """Draws the points that have both figures, or says why there are none."""
    rows = [
        row
        for point, is_best in zip(comparison.points, standings(comparison, axis), strict=True)
        if (row := _row(point, axis, is_best=is_best))
    ]
    if not rows:
        reasons = dict.fromkeys(filter(None, map(axis.missing, comparison.points)))
        st.info(f"No endpoint can be drawn: {'; '.join(reasons)}.", icon=":material/info:")
        return
    unit = comparison.latest.unit
    names = labels([Named(r["x"], r["y"], r["endpoint"]) for r in rows])
    st.altair_chart(
        alt.layer(_front(rows), *_marks(rows, axis, unit), *names).properties(height=_HEIGHT),
        width="stretch",
        alt=f"{unit} against {axis.title}; the table below has the figures",
    )
    st.caption(_legend(rows))


def _legend(rows: list[dict[str, Any]]) -> str:
    """What is drawn, and nothing else."""
    front = {(row["x"], row["y"]) for row in rows if row["standing"] == _BEST}
    joined = ", joined by the dashed line," if len(front) > 1 else ""
    lines = [
        "Lower and further left is better.",
        f"Filled points{joined} are on the Pareto front: no other endpoint is as good in both and better in one.",
    ]
    if any(row["low"] is not None for row in rows):
        lines.append("Bars are 95 % intervals of the error rate.")
    if any(row["source"] == _ACCURACY_RUN for row in rows):
        lines.append("The latency of squares is that of an accuracy run, as no latency run measured it.")
    if len({row["heard"] for row in rows}) > 1:
        lines.append(
            "Latencies of different clips are only roughly comparable, and the table says what was heard."
        )
    return " ".join(lines)


def _row(point: Point, axis: Axis, *, is_best: bool) -> dict[str, Any] | None:
    across, accuracy, latency = axis.of(point), point.accuracy, point.latency
    if across is None or latency is None:
        return None
    return {
        "endpoint": accuracy.system.endpoint,
        "model": accuracy.system.model or "not known",
        "x": across,
        "y": accuracy.rate,
        "low": accuracy.low,
        "high": accuracy.high,
        "standing": _BEST if is_best else _OTHER,
        "source": _ACCURACY_RUN if latency.by_the_way else _LATENCY_RUN,
        "heard": latency.heard,
    }


def _front(rows: list[dict[str, Any]]) -> alt.Chart:
    best = [row for row in rows if row["standing"] == _BEST]
    line: alt.Chart = (
        alt.Chart(alt.InlineData(best))
        .mark_line(interpolate="step-after", strokeDash=[5, 4], color=accent(), opacity=0.8)
        .encode(x="x:Q", y="y:Q")
    )
    return line


def _marks(rows: list[dict[str, Any]], axis: Axis, unit: str) -> list[alt.Chart]:
    legend = alt.Legend(title=None, orient="bottom", columns=1)
    base = alt.Chart(alt.InlineData(rows)).encode(
        x=alt.X("x:Q", title=axis.title, scale=_SCALE).axis(grid=False, tickCount=6, format=_NUMBER)
    )
    intervals = base.mark_rule(color=ink(), opacity=0.6).encode(
        y=alt.Y("low:Q", title=f"{unit} %", scale=_SCALE).axis(format=_NUMBER), y2="high:Q"
    )
    points = base.mark_point(size=120, stroke=accent(), strokeWidth=2, opacity=1).encode(
        y="y:Q",
        fill=alt.Fill(
            "standing:N", legend=legend, scale=alt.Scale(domain=[_BEST, _OTHER], range=[accent(), ground()])
        ),
        shape=alt.Shape(
            "source:N",
            legend=None,
            scale=alt.Scale(domain=[_LATENCY_RUN, _ACCURACY_RUN], range=["circle", "square"]),
        ),
        tooltip=[
            alt.Tooltip("endpoint:N", title="Endpoint"),
            alt.Tooltip("model:N", title="Model"),
            alt.Tooltip("y:Q", title=f"{unit} %", format=".2f"),
            alt.Tooltip("low:Q", title="Interval from", format=".2f"),
            alt.Tooltip("high:Q", title="to", format=".2f"),
            alt.Tooltip("x:Q", title=axis.title, format=".3f"),
            alt.Tooltip("heard:N", title="Latency of"),
        ],
    )
    return [intervals, points]

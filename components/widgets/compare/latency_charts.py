"""A latency run as charts: the distribution of the times, and throughput and latency against concurrency."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import altair as alt
import numpy as np
import streamlit as st

from components.evaluation.results.latency_figures import Stage
from components.evaluation.results.wording import system_names
from components.evaluation.runs.records import Run

_HEIGHT, _LEGEND_ROW = 260, 20
"""Pixels of a chart with its axes, and of each line of its legend."""
_PALETTE = ("#14847B", "#C2640A", "#8B5CF6", "#DB2777", "#3B82F6", "#5C8F0E", "#A16207", "#64748B")
"""Each has a contrast of 3 : 1 or more to the grounds of both themes (.streamlit/config.toml)."""
_MOST_POINTS = 400
"""Of a curve: more can't be told apart, and ten thousand would all travel to the browser."""
_BINS = 30
_DASHES = alt.Scale(domain=["mean", "p95"], range=[[1, 0], [4, 3]])
_SECONDS = alt.Scale(zero=False, nice=True)
_Rows = list[dict[str, object]]


def show_distributions(run: Run, stages: Sequence[Stage], conditions: str) -> None:
    """ECDF and histogram of the answered requests of these stages, one curve for each; `conditions` in words."""
    names = system_names(run.systems)
    times = {names[stage.system]: stage.times for stage in stages if stage.times}
    ecdf, histogram = st.columns(2, gap="medium")
    with ecdf:
        what = "Which share of the requests was answered within so many seconds."
        _show(_ecdf(times), f"compare_ecdf_{run.id}", what, conditions, len(times))
    with histogram:
        what = "How many requests took how long."
        _show(_histogram(times), f"compare_histogram_{run.id}", what, conditions, len(times))


def show_sweep(run: Run, stages: Sequence[Stage], clip: str) -> None:
    """Throughput and latency against the number of requests at once, for one clip."""
    throughput, latency = st.columns(2, gap="medium")
    systems = len({stage.system for stage in stages})
    with throughput:
        what = (
            "Answered requests a second by the number of requests at once: where the line stops rising, the endpoint "
            "is busy."
        )
        chart = _lines(run, stages, {"answers a second": "throughput"}, "Answers a second")
        _show(chart, f"compare_throughput_{run.id}", what, clip, systems)
    with latency:
        what = "Mean (solid) and 95th percentile (dashed) of the times by the number of requests at once."
        dash = alt.StrokeDash("figure:N", scale=_DASHES, legend=None)
        chart = _lines(run, stages, {"mean": "spread.mean", "p95": "spread.p95"}, "Seconds")
        _show(chart.encode(strokeDash=dash), f"compare_latency_sweep_{run.id}", what, clip, systems)


def _show(chart: alt.Chart, key: str, what: str, conditions: str, legend_rows: int) -> None:
    height = _HEIGHT + _LEGEND_ROW * legend_rows
    with st.container(key=key, gap="xsmall"):
        st.altair_chart(chart.properties(height=height), width="stretch", alt=f"{what} {conditions}")
        st.caption(f"{what} The table below has the figures.")


def ecdf_points(times: Sequence[float]) -> list[tuple[float, float]]:
    """Seconds and the share of requests that took at most as long, rising; at most 400 of them, ends included."""
    ordered, count = np.sort(times).tolist(), len(times)
    positions = np.unique(np.linspace(0, count - 1, min(count, _MOST_POINTS)).round().astype(int)).tolist()
    return [(ordered[at], (at + 1) / count) for at in positions]


def _ecdf(times: Mapping[str, Sequence[float]]) -> alt.Chart:
    rows: _Rows = [
        {"endpoint": name, "seconds": seconds, "share": share}
        for name, each in times.items()
        # The curve rises from 0 at its first time.
        for seconds, share in [(min(each), 0.0), *ecdf_points(each)]
    ]
    share = alt.Y("share:Q", title="Share of requests", scale=alt.Scale(domain=[0, 1])).axis(format="%")
    return _chart(
        alt.Chart({"values": rows}).mark_line(interpolate="step-after", strokeWidth=2),
        x=alt.X("seconds:Q", title="Seconds", scale=_SECONDS),
        y=share,
        strokeDash=alt.StrokeDash("endpoint:N", legend=None),
        order="share:Q",
        tooltip=["endpoint:N", alt.Tooltip("seconds:Q", format=".3f"), alt.Tooltip("share:Q", format=".1%")],
    )


def _histogram(times: Mapping[str, Sequence[float]]) -> alt.Chart:
    edges = np.histogram_bin_edges(np.concatenate(list(times.values())), bins=_BINS)
    bins = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    rows: _Rows = [
        {"endpoint": name, "low": low, "high": high, "requests": count, "zero": 0}
        for name, each in times.items()
        for (low, high), count in zip(bins, np.histogram(each, bins=edges)[0].tolist(), strict=True)
        if count
    ]
    return _chart(
        alt.Chart({"values": rows}).mark_bar(opacity=0.6 if len(times) > 1 else 1),
        "square",
        x=alt.X("low:Q", title="Seconds", scale=_SECONDS),
        x2="high:Q",
        y=alt.Y("requests:Q", title="Requests", stack=None).axis(tickMinStep=1, format="d"),
        y2="zero:Q",
        tooltip=[
            "endpoint:N",
            alt.Tooltip("low:Q", title="from seconds", format=".3f"),
            alt.Tooltip("high:Q", title="to seconds", format=".3f"),
            "requests:Q",
        ],
    )


def _lines(run: Run, stages: Sequence[Stage], figures: Mapping[str, str], title: str) -> alt.Chart:
    """A line for each system and figure; `figures` are attributes of the stages, by what they are called."""
    names = system_names(run.systems)
    rows: _Rows = [
        {"endpoint": names[stage.system], "figure": figure, "at once": stage.concurrency, "value": value}
        for stage in stages
        if stage.spread
        for figure, attribute in figures.items()
        if (value := attrgetter(attribute)(stage)) is not None
    ]
    at_once = alt.X("at once:Q", title="Requests at once", scale=alt.Scale(type="log", base=2))
    return _chart(
        alt.Chart({"values": rows}).mark_line(point=alt.OverlayMarkDef(size=60), strokeWidth=2),
        "circle",
        x=at_once.axis(values=[2**power for power in range(6)], format="d", grid=False),
        y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=True)),
        shape=alt.Shape("endpoint:N", title=None, sort=None),
        tooltip=["endpoint:N", "figure:N", "at once:Q", alt.Tooltip("value:Q", format=".3f")],
    )


def _chart(marks: alt.Chart, symbol: str = "stroke", **channels: Any) -> alt.Chart:  # noqa: ANN401 - altair's
    """A colour for each endpoint. The legend is above the chart: beside it there is no room on a phone."""
    legend = alt.Legend(
        orient="top", direction="vertical", labelLimit=280, symbolType=symbol, symbolStrokeWidth=3
    )
    color = alt.Color("endpoint:N", title=None, sort=None, scale=alt.Scale(range=_PALETTE), legend=legend)
    chart: alt.Chart = marks.encode(color=color, **channels)
    return chart

"""A latency run as charts: how the times are spread, and what happens with more requests at once."""

from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
import streamlit as st

from components.evaluation.results.latency_figures import Stage
from components.evaluation.results.system_labels import system_name
from components.evaluation.runs.records import Run

_HEIGHT, _LEGEND_ROW = 260, 20
"""Pixels of a chart with its axes, and of each line of its legend."""
_PALETTE = ("#14847B", "#C2640A", "#8B5CF6", "#DB2777", "#3B82F6", "#5C8F0E", "#A16207", "#64748B")
"""Each has a contrast of 3 : 1 or more to the grounds of both themes (.streamlit/config.toml)."""
_MOST_POINTS = 400
"""Of a curve: more can't be told apart, and ten thousand would all travel to the browser."""
_BINS = 30
_DASHES = alt.Scale(domain=["mean", "p95"], range=[[1, 0], [4, 3]])
_Rows = list[dict[str, object]]


def show_distributions(run: Run, stages: Sequence[Stage], conditions: str) -> None:
    """ECDF and histogram of the answered requests of these stages, one curve for each; `conditions` in words."""
    answered = [stage for stage in stages if stage.times]
    ecdf, histogram = st.columns(2, gap="medium")
    with ecdf:
        _show(
            _ecdf(run, answered),
            f"compare_ecdf_{run.id}",
            "Which share of the requests was answered within so many seconds.",
            conditions,
            len(answered),
        )
    with histogram:
        _show(
            _histogram(run, answered),
            f"compare_histogram_{run.id}",
            "How many requests took how long.",
            conditions,
            len(answered),
        )


def show_sweep(run: Run, stages: Sequence[Stage], clip: str) -> None:
    """Throughput and latency against the number of requests at once, for one clip."""
    throughput, latency = st.columns(2, gap="medium")
    systems = len({stage.system for stage in stages})
    with throughput:
        rows = _against_concurrency(run, stages, {"answers a second": lambda s: s.throughput})
        _show(
            _lines(rows, "Answers a second", of_kinds=False),
            f"compare_throughput_{run.id}",
            "Answered requests a second by the number of requests at once: where the line stops rising, the endpoint "
            "is busy.",
            clip,
            systems,
        )
    with latency:
        kinds: dict[str, Callable[[Stage], float | None]] = {
            "mean": lambda s: s.spread.mean if s.spread else None,
            "p95": lambda s: s.spread.p95 if s.spread else None,
        }
        _show(
            _lines(_against_concurrency(run, stages, kinds), "Seconds", of_kinds=True),
            f"compare_latency_sweep_{run.id}",
            "Mean (solid) and 95th percentile (dashed) of the times by the number of requests at once.",
            clip,
            systems,
        )


def ecdf_points(times: Sequence[float]) -> list[tuple[float, float]]:
    """Seconds and the share of requests that took at most as long, rising; at most 400 of them, ends included."""
    ordered, count = np.sort(times), len(times)
    positions = np.unique(np.linspace(0, count - 1, min(count, _MOST_POINTS)).round().astype(int))
    return [(float(ordered[at]), (int(at) + 1) / count) for at in positions]


def _show(chart: alt.Chart, key: str, what: str, conditions: str, legend_rows: int) -> None:
    height = _HEIGHT + _LEGEND_ROW * legend_rows
    with st.container(key=key, gap="xsmall"):
        st.altair_chart(chart.properties(height=height), width="stretch", alt=f"{what} {conditions}")
        st.caption(f"{what} The table below has the figures.")


def _ecdf(run: Run, stages: Sequence[Stage]) -> alt.Chart:
    rows: _Rows = []
    for stage in stages:
        name, points = system_name(run.systems, stage.system), ecdf_points(stage.times)
        # The curve rises from 0 at its first time.
        for seconds, share in [(points[0][0], 0.0), *points]:
            rows.append({"endpoint": name, "seconds": seconds, "share": share})
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=_seconds("seconds:Q"),
            y=alt.Y(
                "share:Q",
                title="Share of requests",
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            color=_color(),
            strokeDash=alt.StrokeDash("endpoint:N", legend=None),
            order="share:Q",
            tooltip=[
                "endpoint:N",
                alt.Tooltip("seconds:Q", format=".3f"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    return chart


def _histogram(run: Run, stages: Sequence[Stage]) -> alt.Chart:
    edges = np.histogram_bin_edges(np.concatenate([stage.times for stage in stages]), bins=_BINS)
    rows: _Rows = []
    for stage in stages:
        counts, _ = np.histogram(stage.times, bins=edges)
        name = system_name(run.systems, stage.system)
        for low, high, count in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True):
            if count:
                rows.append({"endpoint": name, "low": low, "high": high, "requests": count, "zero": 0})
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_bar(opacity=0.6 if len(stages) > 1 else 1)
        .encode(
            x=_seconds("low:Q"),
            x2="high:Q",
            y=alt.Y("requests:Q", title="Requests", stack=None, axis=alt.Axis(tickMinStep=1, format="d")),
            y2="zero:Q",
            color=_color("square"),
            tooltip=[
                "endpoint:N",
                alt.Tooltip("low:Q", title="from seconds", format=".3f"),
                alt.Tooltip("high:Q", title="to seconds", format=".3f"),
                "requests:Q",
            ],
        )
    )
    return chart


def _against_concurrency(
    run: Run, stages: Sequence[Stage], kinds: dict[str, Callable[[Stage], float | None]]
) -> _Rows:
    return [
        {
            "endpoint": system_name(run.systems, stage.system),
            "figure": kind,
            "at once": stage.concurrency,
            "value": value,
        }
        for stage in stages
        for kind, figure in kinds.items()
        if (value := figure(stage)) is not None
    ]


def _lines(rows: _Rows, title: str, *, of_kinds: bool) -> alt.Chart:
    dash = {"strokeDash": alt.StrokeDash("figure:N", scale=_DASHES, legend=None)} if of_kinds else {}
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_line(point=alt.OverlayMarkDef(size=60), strokeWidth=2)
        .encode(
            x=alt.X("at once:Q", title="Requests at once", scale=alt.Scale(type="log", base=2)).axis(
                values=[2**power for power in range(6)], format="d", grid=False
            ),
            y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=True)),
            color=_color("circle"),
            shape=alt.Shape("endpoint:N", title=None, sort=None),
            tooltip=["endpoint:N", "figure:N", "at once:Q", alt.Tooltip("value:Q", format=".3f")],
            **dash,
        )
    )
    return chart


def _seconds(field: str) -> alt.X:
    return alt.X(field, title="Seconds", scale=alt.Scale(zero=False, nice=True))


def _color(symbol: str = "stroke") -> alt.Color:
    # Above the chart and one below the other: beside it there is no room on a phone.
    legend = alt.Legend(
        orient="top", direction="vertical", labelLimit=280, symbolType=symbol, symbolStrokeWidth=3
    )
    return alt.Color("endpoint:N", title=None, sort=None, scale=alt.Scale(range=_PALETTE), legend=legend)

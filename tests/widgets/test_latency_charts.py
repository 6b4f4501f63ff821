"""A latency run as charts."""

from datetime import UTC, datetime
from typing import Any

from components.evaluation.results.latency_figures import stages
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus
from tests.widgets.chart_driver import drawn
from tests.widgets.compare_driver import draw
from tests.widgets.history_driver import BASE

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RUN = Run("1", RunKind.LATENCY, "", NOON, RunStatus.DONE, (BASE,), Conditions(), 6)
CLIP = Item("a.wav", seconds=4.0)


def request(after: float, seconds: float, at_once: int = 1) -> Measurement:
    return Measurement(0, 0, NOON.timestamp() + after, seconds, (" Yes.",), concurrency=at_once)


def show_distributions(run: "Any", stages: "Any") -> None:
    from components.widgets.compare import latency_charts  # noqa: PLC0415 - runs as a script

    latency_charts.show_distributions(run, stages, "a.wav")


def show_sweep(run: "Any", stages: "Any") -> None:
    from components.widgets.compare import latency_charts  # noqa: PLC0415 - runs as a script

    latency_charts.show_sweep(run, stages, "a.wav")


def test_the_histogram_counts_every_time_once() -> None:
    measured = [request(0, 1.0), request(1, 4.0), request(5, 1.0), request(6, 2.5)]
    app = draw(show_distributions, run=RUN, stages=stages(RUN, [CLIP], measured))
    bars = drawn(app, "bar", "x", "x2", "y", chart=1)
    assert [count for _, _, count in bars] == [2, 1, 1]
    for (low, high, _), seconds in zip(bars, (1.0, 2.5, 4.0), strict=True):
        assert low <= seconds <= high


def test_the_throughput_is_drawn_against_the_requests_at_once() -> None:
    # Every answer takes two seconds, whether alone or with three others.
    alone, together = [request(0, 2.0), request(2, 2.0)], [request(4, 2.0, at_once=4)] * 4
    app = draw(show_sweep, run=RUN, stages=stages(RUN, [CLIP], alone + together))
    assert drawn(app, "line", "x", "y") == [(1, 0.5), (4, 2.0)]

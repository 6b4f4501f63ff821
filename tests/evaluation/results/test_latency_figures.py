import math
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components.evaluation.results.latency_figures import Spread, Stage, stages
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRICED = System("a", "AWS eu-west-1", "eu-west-1", usd_per_hour=1.8, instance_count=2)
FREE = System("b", "This computer", "local")
ITEM = Item("a.wav", seconds=4.0)


def request(after: float, seconds: float, **more: Any) -> Measurement:
    """A request that was sent so many seconds after noon."""
    answer: dict[str, Any] = {} if "error" in more else {"texts": (" Yes.",)}
    return Measurement(
        **{"system": 0, "item": 0} | answer | more, started=NOON.timestamp() + after, seconds=seconds
    )


def failure(after: float, seconds: float = 1.0, error: str = "ThrottledError", **more: Any) -> Measurement:
    return request(after, seconds, error=error, message=f"{error} at {after:g}.", **more)


def figures(
    measured: Sequence[Measurement],
    items: Sequence[Item] = (ITEM,),
    systems: Sequence[System] = (PRICED, FREE),
) -> list[Stage]:
    run = Run("1", RunKind.LATENCY, "", NOON, RunStatus.DONE, tuple(systems), Conditions(), len(measured))
    return stages(run, items, measured)


def test_the_figures_of_five_requests_worked_by_hand() -> None:
    # One after another: 1, 2, 3, 4 and 10 seconds, so that the last reply comes after 20.
    times, begins = (1.0, 2.0, 3.0, 4.0, 10.0), (0.0, 1.0, 3.0, 6.0, 10.0)
    (stage,) = figures([request(begin, time) for begin, time in zip(begins, times, strict=True)])
    # Of five values those at 0, 25, 50, 75 and 100 %: 90 % is 15 of the 25 from 4 to 10, or 4 + 0.6 x 6.
    assert stage.spread
    assert astuple(stage.spread) == pytest.approx((4.0, 3.0, 7.6, 8.8, 9.76, 1.0, 10.0))
    assert (stage.requests, stage.times) == (5, times)
    assert stage.window == (NOON, NOON + timedelta(seconds=20))
    assert stage.throughput == pytest.approx(5 / 20)
    assert stage.real_time_factor == pytest.approx(4.0 / 4.0)
    # A quarter of a request a second, of 4 s each: an hour of audio takes an hour of two instances.
    assert stage.cost_of_an_hour == pytest.approx(2 * 1.8)
    assert (stage.error_count, dict(stage.errors), stage.retried) == (0, {}, 0)


def test_the_percentiles_are_interpolated_linearly_between_neighbours() -> None:
    (stage,) = figures([request(number, seconds=number) for number in range(1, 101)])
    # Position (n - 1) x p of the sorted values: 0.99 x 99 = 98.01 is a hundredth beyond the 99th.
    assert stage.spread
    assert astuple(stage.spread) == pytest.approx((50.5, 50.5, 90.1, 95.05, 99.01, 1, 100))


def test_one_request_is_all_its_own_figures() -> None:
    (stage,) = figures([request(0, 0.5)])
    assert stage.spread == Spread(*[0.5] * 7)
    assert stage.throughput == pytest.approx(2)


def test_independent_workers_answer_more_in_the_same_time() -> None:
    alone = [request(after, 1.0) for after in (0, 1, 2, 3)]
    together = [request(after, 2.0, concurrency=4) for after in (0, 0, 0, 0, 2, 2, 2, 2)]
    one, four = figures(alone + together)
    assert (one.concurrency, four.concurrency) == (1, 4)
    assert one.throughput == pytest.approx(1)
    assert four.throughput == pytest.approx(2)
    assert one.cost_of_an_hour == pytest.approx(3.6 / 4)
    assert four.cost_of_an_hour == pytest.approx(3.6 / 8)


def test_the_warm_up_counts_nowhere() -> None:
    warm = [
        request(-50, 30.0, warm_up=True),
        failure(-10, warm_up=True),
        request(-5, 0.1, retries=2, warm_up=True),
    ]
    measured = [request(0, 1.0), request(1, 3.0)]
    (stage,) = figures(warm + measured)
    (alone,) = figures(measured)
    told = {"ThrottledError": "ThrottledError at -10."}
    assert stage == replace(alone, warm_up_errors={"ThrottledError": 1}, messages=told)


def test_failures_are_counted_by_kind_and_their_times_left_out() -> None:
    (stage,) = figures(
        [
            request(0, 1.0),
            failure(1, 60.0, "RequestTimedOutError"),
            failure(61, 0.5),
            failure(62, 0.5),
            request(63, 3.0),
        ]
    )
    assert stage.errors == {"RequestTimedOutError": 1, "ThrottledError": 2}
    assert stage.messages == {
        "RequestTimedOutError": "RequestTimedOutError at 1.",
        "ThrottledError": "ThrottledError at 62.",
    }
    assert (stage.requests, stage.error_count, stage.times) == (5, 3, (1.0, 3.0))
    assert stage.spread
    assert stage.spread.mean == 2.0
    # Their time is not lost: two answers in 66 seconds.
    assert stage.throughput == pytest.approx(2 / 66)


def test_a_failure_that_ends_last_ends_the_window() -> None:
    (stage,) = figures([request(0, 1.0, concurrency=2), failure(0, 10.0, concurrency=2)])
    assert stage.window == (NOON, NOON + timedelta(seconds=10))


def test_where_nothing_was_answered_nothing_is_told_but_the_errors() -> None:
    (stage,) = figures([failure(0), failure(1)])
    assert (stage.requests, stage.error_count) == (2, 2)
    assert stage.window
    assert (stage.spread, stage.throughput, stage.real_time_factor, stage.cost_of_an_hour) == (None,) * 4


def test_where_only_the_warm_up_was_sent_its_errors_are_told() -> None:
    (stage,) = figures([failure(0, error="EndpointNotFoundError", warm_up=True)])
    assert (stage.requests, stage.times, stage.spread, stage.window) == (0, (), None, None)
    assert stage.warm_up_errors == {"EndpointNotFoundError": 1}
    assert stage.error_count == 0


def test_the_requests_that_were_sent_again_are_counted_not_how_often() -> None:
    (stage,) = figures([request(0, 1.0, retries=3), request(1, 1.0), request(2, 1.0, retries=1)])
    assert stage.retried == 2


@pytest.mark.parametrize(
    ("system", "cost"),
    [
        (PRICED, 3.6 / 4),
        (replace(PRICED, instance_count=None), 1.8 / 4),
        (replace(PRICED, usd_per_hour=None), None),
        (FREE, None),
    ],
)
def test_an_hour_of_audio_costs_what_the_instances_cost_meanwhile(system: System, cost: float | None) -> None:
    (stage,) = figures([request(0, 1.0)], systems=(system,))
    assert stage.cost_of_an_hour == (None if cost is None else pytest.approx(cost))


@pytest.mark.parametrize("length", [None, 0.0])
def test_without_the_clips_length_there_is_no_real_time_factor(length: float | None) -> None:
    (stage,) = figures([request(0, 1.0)], items=[Item("a.wav", seconds=length)])
    assert stage.spread
    assert (stage.real_time_factor, stage.cost_of_an_hour) == (None, None)


def test_a_clock_that_was_set_back_gives_no_throughput() -> None:
    (stage,) = figures([request(0, 0.0)])
    assert (stage.throughput, stage.cost_of_an_hour) == (None, None)


def test_each_system_clip_and_step_has_figures_of_its_own() -> None:
    keys = [(system, item, step) for system in (0, 1) for item in (0, 1) for step in (1, 2)]
    measured = [
        request(0, 1.0 + number, system=system, item=item, concurrency=step)
        for number, (system, item, step) in enumerate(keys)
    ]
    found = figures(measured[::-1], items=[ITEM, ITEM])
    assert [(stage.system, stage.item, stage.concurrency) for stage in found] == keys
    assert [stage.times for stage in found] == [(1.0 + number,) for number in range(8)]


def test_without_measurements_there_are_no_figures() -> None:
    assert figures([]) == []


def test_no_figure_is_ever_not_a_number() -> None:
    odd = [request(0, 0.0), failure(0, system=1), request(1, 0.0, item=1, warm_up=True)]
    for stage in figures(odd, items=[ITEM, ITEM]):
        told = [stage.throughput, stage.real_time_factor, stage.cost_of_an_hour]
        told += astuple(stage.spread) if stage.spread else ()
        assert all(math.isfinite(figure) for figure in told if figure is not None)

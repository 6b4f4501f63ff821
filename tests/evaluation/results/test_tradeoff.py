"""Accuracy and latency of the same endpoints, joined from several runs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from components.evaluation.results.run_figures import Accuracy, Latency, accuracies, latencies
from components.evaluation.results.tradeoff import Comparison, Point, comparisons, on_front
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BASE = System("base", "AWS", "eu-west-1", "whisper-base", "ml.g5.2xlarge", 2, usd_per_hour=1.5)
TINY = System("tiny", "This computer", "local", "whisper-tiny")
ITEMS = [Item("one", "a b c d", seconds=2.0), Item("two", "e f", seconds=4.0)]


def run(
    kind: RunKind, *systems: System, concurrency: tuple[int, ...] = (1,), digest: str = "d", id_: str = "r"
) -> Run:
    conditions = Conditions({"num_beams": 5}, "set", "all", digest, concurrency=concurrency)
    return Run(id_, kind, "name", NOON, RunStatus.DONE, systems, conditions, 4)


def request(system: int, item: int, seconds: float, text: str | None, **more: object) -> Measurement:
    measured = Measurement(system, item, 0.0, seconds, (text,) if text is not None else ())
    return replace(measured, error=None if text is not None else "ThrottledError", **more)  # type: ignore[arg-type]


def made(kind: RunKind, system: System, hours: int, **conditions: object) -> Run:
    """The run that a figure is of, so many hours after noon."""
    found = run(kind, system, id_=f"{kind.value}-{hours}")
    changed = replace(found.conditions, **{"parameters": {}} | conditions)  # type: ignore[arg-type]
    return replace(found, created=NOON + timedelta(hours=hours), conditions=changed)


def accuracy(
    system: System, hours: int = 0, conditions: Mapping[str, object] = {}, **more: object
) -> Accuracy:
    found = Accuracy(
        system=system,
        run=made(RunKind.ACCURACY, system, hours, **conditions),
        unit="WER",
        rate=10.0,
        low=9.0,
        high=11.0,
        answered=2,
        sent=2,
    )
    return replace(found, **more)  # type: ignore[arg-type]


def latency(system: System, hours: int = 0, conditions: Mapping[str, object] = {}, **more: object) -> Latency:
    found = Latency(
        system=system,
        run=made(RunKind.LATENCY, system, hours, **conditions),
        seconds=1.0,
        clip="clip",
        source="c",
        answers=100,
        concurrency=1,
        cost_of_an_hour=None,
        by_the_way=False,
    )
    return replace(found, **more)  # type: ignore[arg-type]


def by_the_way(system: System, hours: int = 0, source: str = "d") -> Latency:
    return latency(system, hours, source=source, clip="utterances of set", by_the_way=True)


MEASURED = [
    request(0, 0, 1.0, "a b c x"),
    request(0, 1, 2.0, "e f"),
    request(1, 0, 0.5, "a b"),
    request(1, 1, 0.5, None),
]


def test_a_rate_is_pooled_over_what_was_answered() -> None:
    base, tiny = accuracies(run(RunKind.ACCURACY, BASE, TINY), ITEMS, MEASURED)
    assert base.rate == pytest.approx(100 / 6)
    assert (base.answered, base.sent) == (2, 2)
    assert (tiny.rate, tiny.answered, tiny.sent) == (50.0, 1, 2)
    assert (base.unit, base.run.conditions.digest, base.run.conditions.parameters) == (
        "WER",
        "d",
        {"num_beams": 5},
    )


def test_languages_without_spaces_are_measured_in_characters() -> None:
    items = [Item("one", "これは", "japanese", 2.0)]
    (found,) = accuracies(run(RunKind.ACCURACY, BASE), items, [request(0, 0, 1.0, "これが")])
    assert found.unit == "CER"
    assert found.rate == pytest.approx(100 / 3)


def test_a_system_that_answered_nothing_has_no_figures() -> None:
    measured = [request(0, 0, 1.0, None)]
    assert accuracies(run(RunKind.ACCURACY, BASE), ITEMS, measured) == []
    assert latencies(run(RunKind.ACCURACY, BASE), ITEMS, measured) == []
    assert latencies(run(RunKind.LATENCY, BASE), ITEMS, measured) == []


def test_an_accuracy_run_tells_latency_and_cost_by_the_way() -> None:
    base, tiny = latencies(run(RunKind.ACCURACY, BASE, TINY), ITEMS, MEASURED)
    assert base.by_the_way
    assert base.seconds == 1.5
    # 3 s of requests for 6 s of audio, on two instances of 1.5 USD an hour.
    assert base.cost_of_an_hour == pytest.approx(0.5 * 2 * 1.5)
    assert (base.clip, base.source, base.answers) == ("utterances of set, 3.0 s on average", "d", 2)
    assert (tiny.seconds, tiny.cost_of_an_hour) == (0.5, None)


def test_an_accuracy_run_with_several_requests_at_once_tells_no_latency() -> None:
    assert latencies(run(RunKind.ACCURACY, BASE, concurrency=(4,)), ITEMS, MEASURED[:2]) == []


def test_a_latency_run_tells_that_of_the_longest_clip_alone() -> None:
    measured = [
        request(0, 0, 9.0, "x"),
        request(0, 1, 50.0, "x", warm_up=True),
        request(0, 1, 2.0, "x"),
        replace(request(0, 1, 4.0, "x"), started=2.0),
        request(0, 1, 30.0, "x", concurrency=8),
    ]
    stepped = run(RunKind.LATENCY, BASE, concurrency=(1, 8))
    assert accuracies(stepped, ITEMS, measured) == []
    (found,) = latencies(stepped, ITEMS, measured)
    assert (found.seconds, found.by_the_way, found.clip, found.answers) == (3.0, False, "two, 4.0 s", 2)
    assert (found.source, found.concurrency) == ("d/two", 1)
    # 6 s for 8 s of audio.
    assert found.cost_of_an_hour == pytest.approx(6 / 8 * 2 * 1.5)


def points(found: Comparison) -> list[Point]:
    """With the clock that is proposed."""
    return found.points(next(iter(found.clocks), None))


def test_the_latest_figures_of_a_system_stand() -> None:
    (found,) = comparisons(
        [accuracy(BASE, 2), accuracy(BASE, 1)], [latency(BASE, 1), latency(BASE, 3), latency(BASE, 2)]
    )
    (point,) = points(found)
    assert (point.accuracy.run.id, point.latency and point.latency.run.id) == ("accuracy-2", "latency-3")


def test_a_latency_run_goes_before_a_newer_accuracy_run() -> None:
    (found,) = comparisons([accuracy(BASE)], [latency(BASE, 1), by_the_way(BASE, 2)])
    assert points(found)[0].latency == latency(BASE, 1)
    assert [clock.label for clock in found.clocks] == ["clip", "utterances of set"]


def test_latencies_of_different_clips_are_never_mixed() -> None:
    timed = [latency(BASE, 3), by_the_way(BASE), by_the_way(TINY), latency(TINY, 1, source="e", clip="other")]
    (found,) = comparisons([accuracy(BASE), accuracy(TINY)], timed)
    # Both were timed by their accuracy run alone, so that is proposed, though latency runs are newer.
    assert [point.latency for point in points(found)] == [by_the_way(BASE), by_the_way(TINY)]
    of_clip = next(clock for clock in found.clocks if clock.label == "clip")
    assert [point.latency for point in found.points(of_clip)] == [latency(BASE, 3), None]


def test_the_times_of_another_data_sets_accuracy_run_say_nothing_here() -> None:
    (found,) = comparisons([accuracy(BASE)], [by_the_way(BASE, source="another")])
    assert found.clocks == ()
    assert points(found)[0].latency is None


def test_latencies_of_several_requests_at_once_do_not_count() -> None:
    (found,) = comparisons([accuracy(BASE)], [latency(BASE, concurrency=4)])
    assert found.clocks == ()


def test_other_parameters_are_another_point_with_its_own_latency() -> None:
    beams = {"parameters": {"num_beams": 5}}
    slow = latency(BASE, 1, beams, seconds=4.0)
    (found,) = comparisons([accuracy(BASE), accuracy(BASE, 1, beams)], [latency(BASE), slow])
    assert [(point.name, point.latency and point.latency.seconds) for point in points(found)] == [
        ("base · no parameters", 1.0),
        ("base · num_beams=5", 4.0),
    ]
    (alone,) = comparisons([accuracy(BASE, 0, beams)], [latency(BASE)])
    assert points(alone)[0].latency is None


def test_another_instance_is_another_system() -> None:
    (found,) = comparisons([accuracy(BASE), accuracy(replace(BASE, instance_type="ml.g4dn.xlarge"))], [])
    assert len(found.accuracies) == 2


@pytest.mark.parametrize(
    "other",
    [
        accuracy(BASE, 1, {"digest": "e"}),
        accuracy(BASE, 1, {"normalizer": "basic"}),
        accuracy(BASE, 1, unit="CER"),
    ],
)
def test_rates_of_other_conditions_are_not_compared(other: Accuracy) -> None:
    found = comparisons([accuracy(BASE), accuracy(TINY), other], [])
    assert [len(comparison.accuracies) for comparison in found] == [2, 1]
    assert found[0].latest.run.conditions.digest == "d"


def test_what_has_no_latency_stays_with_its_accuracy() -> None:
    (found,) = comparisons([accuracy(BASE)], [latency(TINY)])
    (point,) = points(found)
    assert point.latency is None


def test_what_left_more_than_one_in_a_hundred_unanswered_is_not_whole() -> None:
    answered = [accuracy(BASE, sent=100, answered=99), accuracy(TINY, sent=100, answered=98)]
    (found,) = comparisons(answered, [])
    assert [point.is_whole for point in points(found)] == [True, False]


def test_only_what_has_both_figures_is_on_the_front() -> None:
    assert on_front([10.0, 5.0, 20.0, 1.0], [1.0, 2.0, 3.0, None]) == [True, True, False, False]

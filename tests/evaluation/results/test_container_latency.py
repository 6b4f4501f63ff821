from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from components.evaluation.results.container_latency import (
    ContainerLatency,
    MetricLatency,
    container_latency,
    keep,
    kept,
)
from components.evaluation.results.latency_figures import Stage
from components.evaluation.runs.records import Conditions, RunKind, System
from components.evaluation.runs.run_store import RunStore
from tests.deployment.fake_aws import LOCAL, TARGET, Asked, FakeAws, in_place_of_aws

SYSTEM = System("a", "AWS eu-west-1", "eu-west-1", variant="blue")
START = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
WINDOW = (START, START + timedelta(seconds=95))
STAGE = Stage(0, 1, 4, 3, (1.0,) * 3, None, {}, {}, 0, {}, WINDOW, None, None, None)
FOUND = ContainerLatency(
    datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    datetime(2026, 11, 22, 12, 3, tzinfo=UTC),
    MetricLatency(0.45, 0.9, 100),
    MetricLatency(0.003, 0.01, 100),
)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    return in_place_of_aws(monkeypatch)


def said(**values: list[float]) -> Any:
    """CloudWatch's answer: the minutes' values by metric and statistic, such as ModelLatency_Sum."""

    def answer(asked: Asked) -> dict[str, Any]:
        return {"MetricDataResults": [result(query, values) for query in asked["MetricDataQueries"]]}

    return answer


def result(query: dict[str, Any], values: dict[str, list[float]]) -> dict[str, Any]:
    name = f"{query['MetricStat']['Metric']['MetricName']}_{query['MetricStat']['Stat']}"
    return {"Id": query["Id"], "StatusCode": "Complete", "Values": values.get(name, [])}


MODEL: dict[str, list[float]] = {
    "ModelLatency_Sum": [36e6, 9e6],
    "ModelLatency_SampleCount": [90.0, 10.0],
    "ModelLatency_Maximum": [0.7e6, 0.9e6],
}
OVERHEAD: dict[str, list[float]] = {
    "OverheadLatency_Sum": [270e3, 30e3],
    "OverheadLatency_SampleCount": [90.0, 10.0],
    "OverheadLatency_Maximum": [4e3, 10e3],
}


def test_the_minutes_are_weighted_by_their_requests(account: FakeAws) -> None:
    # 90 requests of 0.4 s and 10 of 0.9 s: a mean of the minutes' means would be 0.65 s.
    account.answers["GetMetricData"] = said(**MODEL, **OVERHEAD)
    found = container_latency(TARGET, SYSTEM, WINDOW)
    assert found
    assert found.overhead
    assert astuple(found.model) == pytest.approx((0.45, 0.9, 100))
    assert astuple(found.overhead) == pytest.approx((0.003, 0.01, 100))


def test_whole_minutes_are_asked_for_in_one_call(account: FakeAws) -> None:
    account.answers["GetMetricData"] = said(**MODEL)
    found = container_latency(TARGET, SYSTEM, WINDOW)
    ((region, _, asked),) = account.asked
    assert region == "eu-west-1"
    assert (asked["StartTime"], asked["EndTime"]) == (FOUND.start, FOUND.end)
    assert found
    assert (found.start, found.end, found.overhead) == (FOUND.start, FOUND.end, None)


def test_cloudwatch_is_asked_for_both_metrics_of_the_variant(account: FakeAws) -> None:
    account.answers["GetMetricData"] = said()
    container_latency(TARGET, SYSTEM, WINDOW)
    ((_, _, asked),) = account.asked
    stats = [query["MetricStat"] for query in asked["MetricDataQueries"]]
    assert [(stat["Metric"]["MetricName"], stat["Stat"]) for stat in stats] == [
        (metric, statistic)
        for metric in ("ModelLatency", "OverheadLatency")
        for statistic in ("Sum", "SampleCount", "Maximum")
    ]
    for stat in stats:
        assert stat["Period"] == 60
        assert stat["Metric"]["Namespace"] == "AWS/SageMaker"
        assert stat["Metric"]["Dimensions"] == [
            {"Name": "EndpointName", "Value": "a"},
            {"Name": "VariantName", "Value": "blue"},
        ]


@pytest.mark.parametrize(
    "answer",
    [
        said(),
        said(**OVERHEAD),
        said(**MODEL | {"ModelLatency_SampleCount": [0.0]}),
        lambda _: {},
    ],
)
def test_as_long_as_there_is_nothing_nothing_is_told(account: FakeAws, answer: Any) -> None:
    account.answers["GetMetricData"] = answer
    assert container_latency(TARGET, SYSTEM, WINDOW) is None


def test_what_cloudwatch_does_not_watch_is_not_asked_for(account: FakeAws) -> None:
    assert container_latency(LOCAL, SYSTEM, WINDOW) is None
    assert container_latency(TARGET, System("a", "AWS eu-west-1", "eu-west-1"), WINDOW) is None
    assert not account.calls


@pytest.mark.parametrize("found", [FOUND, ContainerLatency(FOUND.start, FOUND.end, FOUND.model, None)])
def test_it_is_kept_with_the_run(tmp_path: Path, found: ContainerLatency) -> None:
    store = RunStore(tmp_path)
    run = store.begin(RunKind.LATENCY, "", [SYSTEM], [], Conditions(), 3)
    assert kept(run, STAGE) is None
    keep(store, run, STAGE, found)
    assert kept(store.run(run.id), STAGE) == found

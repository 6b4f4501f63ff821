from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components.core.errors import (
    AccessDeniedError,
    EndpointUnreachableError,
    ExpiredCredentialsError,
    ThrottledError,
)
from components.deployment.endpoints import EndpointSummary
from components.deployment.invocations import invocations_of_last_day
from components.targets.target import Target
from tests.deployment.fake_aws import LOCAL, TARGET, Asked, FakeAws, in_place_of_aws, no_connection, refusal

CREATED = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    return in_place_of_aws(monkeypatch)


def endpoint(name: str, variant: str | None = "AllTraffic") -> EndpointSummary:
    return EndpointSummary(name, "InService", CREATED, variant=variant)


def measured(**values: list[float]) -> Any:
    """CloudWatch's answer: the hours' sums by endpoint name."""

    def answer(asked: Asked) -> dict[str, Any]:
        return {"MetricDataResults": [result(query, values) for query in asked["MetricDataQueries"]]}

    return answer


def result(query: dict[str, Any], values: dict[str, list[float]]) -> dict[str, Any]:
    dimensions = {each["Name"]: each["Value"] for each in query["MetricStat"]["Metric"]["Dimensions"]}
    return {"Id": query["Id"], "StatusCode": "Complete", "Values": values.get(dimensions["EndpointName"], [])}


def test_the_sums_of_a_day_are_added_up(account: FakeAws) -> None:
    account.answers["GetMetricData"] = measured(a=[3.0, 4.0, 1.0])
    assert invocations_of_last_day(TARGET, [endpoint("a"), endpoint("idle")]) == {"a": 8, "idle": 0}


def test_cloudwatch_is_asked_for_the_variant_and_the_last_24_hours(account: FakeAws) -> None:
    account.answers["GetMetricData"] = measured()
    invocations_of_last_day(TARGET, [endpoint("a", "blue")])
    ((_, _, asked),) = account.asked
    assert asked["EndTime"] - asked["StartTime"] == timedelta(days=1)
    assert abs(datetime.now(UTC) - asked["EndTime"]) < timedelta(minutes=1)
    (query,) = asked["MetricDataQueries"]
    assert query["MetricStat"]["Stat"] == "Sum"
    assert query["MetricStat"]["Period"] == 3600
    assert query["MetricStat"]["Metric"] == {
        "Namespace": "AWS/SageMaker",
        "MetricName": "Invocations",
        "Dimensions": [{"Name": "EndpointName", "Value": "a"}, {"Name": "VariantName", "Value": "blue"}],
    }


def test_endpoints_without_a_variant_are_not_asked_for(account: FakeAws) -> None:
    account.answers["GetMetricData"] = measured(a=[1.0])
    assert invocations_of_last_day(TARGET, [endpoint("a"), endpoint("b", None)]) == {"a": 1}
    assert invocations_of_last_day(TARGET, [endpoint("b", None)]) == {}
    assert account.calls == {"GetMetricData": 1}


def test_many_endpoints_take_few_calls(account: FakeAws) -> None:
    account.answers["GetMetricData"] = measured(**{f"e-{number}": [float(number)] for number in range(1001)})
    counts = invocations_of_last_day(TARGET, [endpoint(f"e-{number}") for number in range(1001)])
    assert counts == {f"e-{number}": number for number in range(1001)}
    assert [len(asked["MetricDataQueries"]) for _, _, asked in account.asked] == [500, 500, 1]


def test_all_pages_count(account: FakeAws) -> None:
    pages: dict[Any, Any] = {
        None: {
            "MetricDataResults": [{"Id": "e0", "StatusCode": "PartialData", "Values": [1.0]}],
            "NextToken": "more",
        },
        "more": {"MetricDataResults": [{"Id": "e0", "StatusCode": "Complete", "Values": [2.0]}]},
    }
    account.answers["GetMetricData"] = lambda asked: pages[asked.get("NextToken")]
    assert invocations_of_last_day(TARGET, [endpoint("a")]) == {"a": 3}


@pytest.mark.parametrize(
    "odd",
    [
        {"Id": "e0", "StatusCode": "InternalError", "Values": []},
        {"Id": "e0", "StatusCode": "Forbidden"},
        {"Id": "somebody's", "StatusCode": "Complete", "Values": [7.0]},
        {},
    ],
)
def test_what_can_not_be_counted_is_left_out_and_not_zero(account: FakeAws, odd: dict[str, Any]) -> None:
    account.answers["GetMetricData"] = lambda _: {"MetricDataResults": [odd]}
    assert invocations_of_last_day(TARGET, [endpoint("a")]) == {}


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("AccessDeniedException", AccessDeniedError),
        ("AccessDenied", AccessDeniedError),
        ("Throttling", ThrottledError),
        ("ExpiredToken", ExpiredCredentialsError),
    ],
)
def test_refusals_are_explained(account: FakeAws, code: str, error: type[Exception]) -> None:
    account.answers["GetMetricData"] = refusal(code)
    with pytest.raises(error, match="not you"):
        invocations_of_last_day(TARGET, [endpoint("a")])


def test_no_connection_is_explained(account: FakeAws) -> None:
    account.answers["GetMetricData"] = no_connection
    with pytest.raises(EndpointUnreachableError, match="CloudWatch in eu-west-1 can't be reached"):
        invocations_of_last_day(TARGET, [endpoint("a")])


def test_this_computer_is_not_watched(account: FakeAws) -> None:
    assert invocations_of_last_day(LOCAL, [endpoint("a")]) == {}
    assert not account.calls


def test_calls_are_counted_over_the_network(aws: Target) -> None:
    now = datetime.now(UTC)
    dimensions = [{"Name": "EndpointName", "Value": "a"}, {"Name": "VariantName", "Value": "AllTraffic"}]
    aws.client("cloudwatch").put_metric_data(
        Namespace="AWS/SageMaker",
        MetricData=[
            {
                "MetricName": "Invocations",
                "Dimensions": dimensions,
                "Value": value,
                "Timestamp": now - timedelta(hours=age),
            }
            for age, value in ((1, 2.0), (20, 3.0), (30, 100.0))
        ],
    )
    assert invocations_of_last_day(aws, [endpoint("a"), endpoint("b")]) == {"a": 5, "b": 0}

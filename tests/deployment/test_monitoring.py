from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components.deployment.endpoints import EndpointSummary
from components.deployment.monitoring import console_log_url, invocations_of_last_day, log_group
from components.targets.target import Target
from tests.deployment.fake_aws import LOCAL, TARGET, Asked, FakeAws, in_place_of_aws

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


def test_what_can_not_be_counted_is_left_out_and_not_zero(account: FakeAws) -> None:
    account.answers["GetMetricData"] = lambda asked: {
        "MetricDataResults": [{"Id": asked["MetricDataQueries"][0]["Id"], "StatusCode": "InternalError"}]
    }
    assert invocations_of_last_day(TARGET, [endpoint("a")]) == {}


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


def test_the_log_group_is_that_of_sagemaker() -> None:
    assert log_group("whisper-base") == "/aws/sagemaker/Endpoints/whisper-base"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("us-east-1", "us-east-1.console.aws.amazon.com"),
        ("cn-northwest-1", "cn-northwest-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_the_link_leads_to_the_console_of_the_partition(region: str, host: str) -> None:
    assert console_log_url(Target("AWS", region), "whisper-base") == (
        f"https://{host}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/"
        "$252Faws$252Fsagemaker$252FEndpoints$252Fwhisper-base"
    )


def test_a_name_can_not_break_out_of_the_link() -> None:
    url = console_log_url(Target("AWS", "eu-west-1"), 'a"><b %')
    assert url is not None
    assert url.endswith("$252FEndpoints$252Fa$2522$253E$253Cb$2520$2525")


def test_this_computer_has_no_console() -> None:
    assert console_log_url(LOCAL, "whisper-base") is None

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components.core.errors import (
    AccessDeniedError,
    EndpointUnreachableError,
    ExpiredCredentialsError,
    ThrottledError,
)
from components.targets.cloudwatch import MetricQuery, metric_values
from tests.deployment.fake_aws import TARGET, Asked, FakeAws, in_place_of_aws, no_connection, refusal

END = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
START = END - timedelta(hours=2)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    return in_place_of_aws(monkeypatch)


def query(endpoint: str, statistic: str = "Sum") -> MetricQuery:
    return MetricQuery(endpoint, "blue", "Invocations", statistic, 3600)


def ask(*queries: MetricQuery) -> dict[MetricQuery, list[float]]:
    return metric_values(TARGET, queries, START, END)


def results(asked: Asked, *values: float, status: str = "Complete") -> list[dict[str, Any]]:
    return [{"Id": q["Id"], "StatusCode": status, "Values": list(values)} for q in asked["MetricDataQueries"]]


def test_a_query_names_metric_statistic_period_and_both_dimensions(account: FakeAws) -> None:
    account.answers["GetMetricData"] = lambda asked: {"MetricDataResults": results(asked)}
    ask(query("a", "Maximum"))
    ((region, _, asked),) = account.asked
    (sent,) = asked["MetricDataQueries"]
    assert (region, asked["StartTime"], asked["EndTime"]) == ("eu-west-1", START, END)
    assert sent["MetricStat"] == {
        "Stat": "Maximum",
        "Period": 3600,
        "Metric": {
            "Namespace": "AWS/SageMaker",
            "MetricName": "Invocations",
            "Dimensions": [{"Name": "EndpointName", "Value": "a"}, {"Name": "VariantName", "Value": "blue"}],
        },
    }


def test_many_queries_take_few_calls(account: FakeAws) -> None:
    account.answers["GetMetricData"] = lambda asked: {"MetricDataResults": results(asked, 1.0)}
    queries = [query(f"e-{number}") for number in range(1001)]
    assert ask(*queries) == {each: [1.0] for each in queries}
    assert [len(asked["MetricDataQueries"]) for _, _, asked in account.asked] == [500, 500, 1]


def test_no_queries_take_no_call(account: FakeAws) -> None:
    assert ask() == {}
    assert not account.calls


def test_values_of_all_pages_come_together(account: FakeAws) -> None:
    def answer(asked: Asked) -> dict[str, Any]:
        if asked.get("NextToken"):
            return {"MetricDataResults": results(asked, 2.0, 3.0)}
        return {"MetricDataResults": results(asked, 1.0, status="PartialData"), "NextToken": "more"}

    account.answers["GetMetricData"] = answer
    assert ask(query("a"), query("b")) == {query("a"): [1.0, 2.0, 3.0], query("b"): [1.0, 2.0, 3.0]}


def test_a_query_without_data_has_no_values(account: FakeAws) -> None:
    account.answers["GetMetricData"] = lambda asked: {"MetricDataResults": results(asked)}
    assert ask(query("a")) == {query("a"): []}


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_what_cloudwatch_cannot_answer_is_missing_and_not_empty(account: FakeAws, status: str) -> None:
    account.answers["GetMetricData"] = lambda asked: {"MetricDataResults": results(asked, 1.0, status=status)}
    assert ask(query("a")) == {}


@pytest.mark.parametrize(
    "answer",
    [{}, {"MetricDataResults": [{}]}, {"MetricDataResults": [{"Id": "somebody's", "Values": [7.0]}]}],
)
def test_an_answer_to_something_else_is_passed_over(account: FakeAws, answer: dict[str, Any]) -> None:
    account.answers["GetMetricData"] = lambda _: answer
    assert ask(query("a")) == {}


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
        ask(query("a"))


def test_no_connection_is_explained(account: FakeAws) -> None:
    account.answers["GetMetricData"] = no_connection
    with pytest.raises(EndpointUnreachableError, match="CloudWatch in eu-west-1 can't be reached"):
        ask(query("a"))

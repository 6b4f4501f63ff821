from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from components.core.errors import AccessDeniedError, EndpointUnreachableError
from components.deployment.endpoints import list_endpoints
from components.deployment.plan import Scaling
from components.whisper.models import find_model
from tests.deployment.answering_account import (
    CREATED,
    TARGET,
    Account,
    listed,
    only,
)

DENIED = {"Error": {"Code": "AccessDeniedException", "Message": "not you"}}


def test_all_pages_are_read_and_sorted_by_name(answering_account: Account) -> None:
    pages = {
        None: {"Endpoints": [listed("c"), listed("a")], "NextToken": "more"},
        "more": {"Endpoints": [listed("b")]},
    }
    answering_account.answers["ListEndpoints"] = lambda asked: pages[asked.get("NextToken")]
    answering_account.tags(model="huggingface-asr-whisper-small")
    summaries = list_endpoints(TARGET)
    assert [summary.name for summary in summaries] == ["a", "b", "c"]
    assert {summary.created for summary in summaries} == {CREATED}


def test_no_endpoints(answering_account: Account) -> None:
    assert list_endpoints(TARGET) == []
    assert answering_account.calls == {"ListEndpoints": 1}


def test_what_it_runs_on(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.tags(model="whisper-base")
    assert (only().instance_type, only().instance_count, only().variant) == ("ml.g5.2xlarge", 2, "all")


def test_automatic_scaling_shows_in_the_number_of_instances(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.tags(model="whisper-base", scaling="1-4 at 30")
    running = [{"VariantName": "all", "CurrentInstanceCount": 3}]
    answering_account.answers["DescribeEndpoint"] = lambda _: {
        "EndpointConfigName": "c",
        "ProductionVariants": running,
    }
    summary = only()
    assert summary.instance_count == 3
    assert summary.scaling == Scaling(1, 4, 30)


def test_several_variants_count_together_if_they_are_of_one_type(answering_account: Account) -> None:
    small = {"VariantName": "a", "ModelName": "m", "InstanceType": "ml.g5.2xlarge", "InitialInstanceCount": 1}
    answering_account.has(listed("a"))
    answering_account.tags(model="whisper-base")
    answering_account.runs(small, small | {"VariantName": "b", "InitialInstanceCount": 2})
    summary = only()
    assert (summary.instance_type, summary.instance_count, summary.variant) == ("ml.g5.2xlarge", 3, None)
    answering_account.has(listed("a", modified=datetime(2026, 11, 22, tzinfo=UTC)))
    answering_account.runs(small, small | {"VariantName": "b", "InstanceType": "ml.g5.4xlarge"})
    assert only().instance_type is None


def test_the_expiry_is_read_anew_each_time(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.tags(model="whisper-base", expires="2026-11-22T10:00:00+00:00")
    assert only().expires == datetime(2026, 11, 22, 10, tzinfo=UTC)
    answering_account.tags(model="whisper-base", expires="2026-11-22T12:00:00")
    assert only().expires == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", ["Failed", "UpdateRollbackFailed"])
def test_a_broken_endpoint_gives_its_reason(answering_account: Account, status: str) -> None:
    answering_account.has(listed("a", status))
    answering_account.tags(model="huggingface-asr-whisper-small")
    answering_account.answers["DescribeEndpoint"] = lambda _: {
        "EndpointConfigName": "c",
        "FailureReason": "No capacity.",
    }
    summary = only()
    assert summary.failure_reason == "No capacity."
    assert summary.is_broken
    assert not summary.is_serving


def test_a_starting_endpoint_tells_its_progress_anew_each_time(answering_account: Account) -> None:
    answering_account.has(listed("a", "Creating"))
    answering_account.tags(model="whisper-base", progress="fetching", percent="12")
    assert (only().progress, only().percent) == ("fetching", 12)
    answering_account.tags(model="whisper-base", progress="loading")
    summary = only()
    assert (summary.progress, summary.percent) == ("loading", None)
    assert summary.is_starting


@pytest.mark.parametrize(
    ("status", "serves"),
    [
        ("InService", True),
        ("Updating", True),
        ("RollingBack", True),
        ("OutOfService", False),
        ("Deleting", False),
    ],
)
def test_which_states_answer_requests(answering_account: Account, status: str, serves: bool) -> None:  # noqa: FBT001
    answering_account.has(listed("a", status))
    answering_account.tags(model="whisper-base")
    assert only().is_serving == serves


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException"])
def test_an_endpoint_that_can_not_be_looked_into_is_listed_all_the_same(
    answering_account: Account, code: str
) -> None:
    answering_account.has(listed("a"), listed("b"))
    answering_account.answers["ListTags"] = lambda _: {"Error": {"Code": code, "Message": "no"}}
    assert [(summary.name, summary.model) for summary in list_endpoints(TARGET)] == [("a", None), ("b", None)]
    answering_account.tags(model="whisper-base")
    assert all(summary.model for summary in list_endpoints(TARGET))


def test_an_identity_that_may_only_read_tags_sees_the_model(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.tags(model="whisper-base", expires="2026-11-22T10:00:00+00:00")
    answering_account.answers["DescribeEndpoint"] = lambda _: DENIED
    summary = only()
    assert (summary.model, summary.instance_type) == (find_model("whisper-base"), None)
    assert summary.expires


def test_what_stays_hidden_is_told(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.answers["ListTags"] = lambda _: DENIED
    assert isinstance(only().hidden, AccessDeniedError)
    gone = {"Error": {"Code": "ValidationException", "Message": 'Could not find endpoint "a".'}}
    answering_account.answers["ListTags"] = lambda _: gone
    assert only().hidden is None


def test_an_endpoint_without_a_configuration_is_listed(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.answers["DescribeEndpoint"] = lambda _: {}
    assert (only().model, only().hidden) == (None, None)


def test_instances_on_their_way_count(answering_account: Account) -> None:
    answering_account.has(listed("a", "Creating"))
    answering_account.tags(model="whisper-base")
    running = [{"VariantName": "all", "CurrentInstanceCount": 0, "DesiredInstanceCount": 2}]
    answering_account.answers["DescribeEndpoint"] = lambda _: {
        "EndpointConfigName": "c",
        "ProductionVariants": running,
    }
    assert only().instance_count == 2


def test_a_refusal_to_list_is_explained(answering_account: Account) -> None:
    answering_account.answers["ListEndpoints"] = lambda _: DENIED
    with pytest.raises(AccessDeniedError, match="not you"):
        list_endpoints(TARGET)


def test_no_connection_is_explained(answering_account: Account) -> None:
    def no_connection(_: object) -> dict[str, Any]:
        raise EndpointConnectionError(endpoint_url="https://nowhere")

    answering_account.answers["ListEndpoints"] = no_connection
    with pytest.raises(EndpointUnreachableError, match="AWS eu-west-1 can't be reached"):
        list_endpoints(TARGET)

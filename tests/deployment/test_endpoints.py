import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from components.catalog import find_model
from components.deployment import endpoints
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.errors import AccessDeniedError, EndpointUnreachableError
from components.targets import Target

TARGET = Target("AWS eu-west-1", "eu-west-1")
CREATED = datetime(2026, 11, 20, tzinfo=UTC)
MODIFIED = datetime(2026, 11, 21, tzinfo=UTC)
NO_TAGS: dict[str, list[Any]] = {"Tags": []}
DENIED = {"Error": {"Code": "AccessDeniedException", "Message": "not you"}}
Answer = Callable[[dict[str, Any]], Any]


class Account:
    """Answers boto3's calls in the place of SageMaker; by default with an account without endpoints."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.answers: dict[str, Answer] = {
            "ListEndpoints": lambda _: {"Endpoints": []},
            "ListTags": lambda _: NO_TAGS,
        }
        self.client = boto3.client(
            "sagemaker", region_name="eu-west-1", config=Config(signature_version=UNSIGNED)
        )
        events: Any = self.client.meta.events
        events.register("before-call.sagemaker", self._answer)

    def has(self, *listed: dict[str, Any]) -> None:
        self.answers["ListEndpoints"] = lambda _: {"Endpoints": listed}

    def serves(self, container: dict[str, Any]) -> None:
        """Every endpoint's one model has these containers."""
        self.answers["DescribeEndpoint"] = lambda asked: {
            "EndpointConfigName": f"config of {asked['EndpointName']}"
        }
        self.answers["DescribeEndpointConfig"] = lambda _: {"ProductionVariants": [{"ModelName": "model"}]}
        self.answers["DescribeModel"] = lambda _: container

    def tags(self, **tags: str) -> None:
        names = {"model": endpoints.MODEL_TAG, "progress": endpoints.PROGRESS_TAG}
        listed = [{"Key": names.get(key, key), "Value": value} for key, value in tags.items()]
        self.answers["ListTags"] = lambda _: {"Tags": listed}

    def _answer(self, model: Any, params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        self.calls[model.name] += 1
        answer = self.answers[model.name](json.loads(params["body"]))
        return SimpleNamespace(status_code=400 if "Error" in answer else 200), answer


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    monkeypatch.setattr(Target, "sagemaker", lambda _: account.client)
    endpoints._model.cache_clear()
    return account


def listed(name: str, status: str = "InService", modified: datetime = MODIFIED) -> dict[str, Any]:
    return {
        "EndpointName": name,
        "EndpointArn": f"arn:aws:sagemaker:eu-west-1:0:endpoint/{name}",
        "CreationTime": CREATED,
        "LastModifiedTime": modified,
        "EndpointStatus": status,
    }


def only() -> EndpointSummary:
    (summary,) = list_endpoints(TARGET)
    return summary


def test_all_pages_are_read_and_sorted_by_name(account: Account) -> None:
    pages = {
        None: {"Endpoints": [listed("c"), listed("a")], "NextToken": "more"},
        "more": {"Endpoints": [listed("b")]},
    }
    account.answers["ListEndpoints"] = lambda asked: pages[asked.get("NextToken")]
    account.tags(model="huggingface-asr-whisper-small")
    summaries = list_endpoints(TARGET)
    assert [summary.name for summary in summaries] == ["a", "b", "c"]
    assert {summary.created for summary in summaries} == {CREATED}


def test_no_endpoints(account: Account) -> None:
    assert list_endpoints(TARGET) == []
    assert account.calls == {"ListEndpoints": 1}


def test_the_model_is_read_from_the_tag_of_the_sdk(account: Account) -> None:
    account.has(listed("a"))
    account.tags(model="huggingface-asr-whisper-large-v3-turbo", owner="me")
    assert only().model == find_model("whisper-large-v3-turbo")
    assert account.calls == {"ListEndpoints": 1, "ListTags": 1}


@pytest.mark.parametrize(
    "containers",
    [
        {"PrimaryContainer": {"Environment": {"MODEL_ID": "whisper-tiny.en"}}},
        {"Containers": [{"Environment": {"MODEL_ID": "whisper-tiny.en"}}, {}]},
    ],
)
def test_without_the_tag_the_model_is_read_from_the_container(
    account: Account, containers: dict[str, Any]
) -> None:
    account.has(listed("a"))
    account.serves(containers)
    assert only().model == find_model("whisper-tiny.en")


@pytest.mark.parametrize(
    "containers",
    [
        {"PrimaryContainer": {"Environment": {"MODEL_ID": "some-llm"}}},
        {"PrimaryContainer": {}},
        {"Containers": []},
        {},
    ],
)
def test_a_model_that_is_not_known_stays_open(account: Account, containers: dict[str, Any]) -> None:
    account.has(listed("a"))
    account.serves(containers)
    assert only().model is None


@pytest.mark.parametrize("variants", [[], [{"VariantName": "components"}]])
def test_an_endpoint_of_inference_components_has_no_model(account: Account, variants: list[Any]) -> None:
    account.has(listed("a"))
    account.serves({})
    account.answers["DescribeEndpointConfig"] = lambda _: {"ProductionVariants": variants}
    assert only().model is None
    assert "DescribeModel" not in account.calls


def test_the_model_is_looked_up_once_until_the_endpoint_changes(account: Account) -> None:
    account.has(listed("a"))
    account.tags(model="huggingface-asr-whisper-small")
    only()
    only()
    assert account.calls == {"ListEndpoints": 2, "ListTags": 1}
    account.has(listed("a", modified=datetime(2026, 11, 22, tzinfo=UTC)))
    account.tags(model="huggingface-asr-whisper-medium")
    assert only().model == find_model("whisper-medium")


@pytest.mark.parametrize("status", ["Failed", "UpdateRollbackFailed"])
def test_a_broken_endpoint_gives_its_reason(account: Account, status: str) -> None:
    account.has(listed("a", status))
    account.tags(model="huggingface-asr-whisper-small")
    account.answers["DescribeEndpoint"] = lambda _: {"FailureReason": "No capacity."}
    summary = only()
    assert summary.failure_reason == "No capacity."
    assert summary.is_broken
    assert not summary.is_serving


def test_a_starting_endpoint_tells_its_progress_anew_each_time(account: Account) -> None:
    account.has(listed("a", "Creating"))
    account.tags(model="whisper-base", progress="12 %")
    assert only().progress == "12 %"
    account.tags(model="whisper-base", progress="34 %")
    summary = only()
    assert summary.progress == "34 %"
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
def test_which_states_answer_requests(account: Account, status: str, serves: bool) -> None:  # noqa: FBT001
    account.has(listed("a", status))
    account.tags(model="whisper-base")
    assert only().is_serving == serves


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException"])
def test_an_endpoint_that_can_not_be_looked_into_is_listed_all_the_same(account: Account, code: str) -> None:
    account.has(listed("a"), listed("b"))
    account.answers["ListTags"] = lambda _: {"Error": {"Code": code, "Message": "no"}}
    assert [(summary.name, summary.model) for summary in list_endpoints(TARGET)] == [("a", None), ("b", None)]
    account.tags(model="whisper-base")
    assert all(summary.model for summary in list_endpoints(TARGET))


def test_a_refusal_to_list_is_explained(account: Account) -> None:
    account.answers["ListEndpoints"] = lambda _: DENIED
    with pytest.raises(AccessDeniedError, match="not you"):
        list_endpoints(TARGET)


def test_no_connection_is_explained(account: Account) -> None:
    def no_connection(_: object) -> dict[str, Any]:
        raise EndpointConnectionError(endpoint_url="https://nowhere")

    account.answers["ListEndpoints"] = no_connection
    with pytest.raises(EndpointUnreachableError, match="AWS eu-west-1 can't be reached"):
        list_endpoints(TARGET)

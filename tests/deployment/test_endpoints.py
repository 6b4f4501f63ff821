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

from components.core.errors import AccessDeniedError, EndpointUnreachableError
from components.deployment import tags as noted
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.plan import Scaling
from components.targets.target import Target
from components.whisper.contract import MODEL_TAG, PERCENT_TAG, PROGRESS_TAG
from components.whisper.models import find_model

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
        self.serves({})
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
        variant = {"VariantName": "all", "ModelName": "model", "InstanceType": "ml.g5.2xlarge"}
        self.runs(variant | {"InitialInstanceCount": 2})
        self.answers["DescribeModel"] = lambda _: container

    def runs(self, *variants: dict[str, Any]) -> None:
        """Every endpoint's configuration has these variants."""
        self.answers["DescribeEndpointConfig"] = lambda _: {"ProductionVariants": variants}

    def tags(self, **tags: str) -> None:
        names = {
            "model": MODEL_TAG,
            "progress": PROGRESS_TAG,
            "percent": PERCENT_TAG,
            "expires": noted.EXPIRES,
            "scaling": noted.SCALING,
        }
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
    monkeypatch.setattr(Target, "client", lambda *_: account.client)
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
    summary = only()
    assert summary.model == find_model("whisper-large-v3-turbo")
    assert summary.is_whisper
    assert "DescribeModel" not in account.calls


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
    summary = only()
    assert summary.model == find_model("whisper-tiny.en")
    assert summary.is_whisper


@pytest.mark.parametrize(
    "container",
    [
        {"Environment": {"HF_MODEL_ID": "openai/whisper-large-v2"}},
        {"ModelDataUrl": "s3://bucket/models/Whisper-Large-V2/model.tar.gz"},
        {"ModelDataSource": {"S3DataSource": {"S3Uri": "s3://bucket/whisper-large-v2/"}}},
        {"Image": "123.dkr.ecr.us-east-1.amazonaws.com/my-whisper-large-v2:latest"},
    ],
)
def test_endpoints_made_elsewhere_are_known_by_image_and_artifact(
    account: Account, container: dict[str, Any]
) -> None:
    account.has(listed("a"))
    account.serves({"PrimaryContainer": container})
    assert only().model == find_model("whisper-large-v2")


def test_whisper_of_unknown_size_is_whisper_all_the_same(account: Account) -> None:
    account.has(listed("a"))
    account.serves({"PrimaryContainer": {"Image": "my-whisper:latest"}})
    summary = only()
    assert (summary.is_whisper, summary.model) == (True, None)


def test_what_it_runs_on(account: Account) -> None:
    account.has(listed("a"))
    account.tags(model="whisper-base")
    assert (only().instance_type, only().instance_count, only().variant) == ("ml.g5.2xlarge", 2, "all")


def test_automatic_scaling_shows_in_the_number_of_instances(account: Account) -> None:
    account.has(listed("a"))
    account.tags(model="whisper-base", scaling="1-4 at 30")
    running = [{"VariantName": "all", "CurrentInstanceCount": 3}]
    account.answers["DescribeEndpoint"] = lambda _: {"EndpointConfigName": "c", "ProductionVariants": running}
    summary = only()
    assert summary.instance_count == 3
    assert summary.scaling == Scaling(1, 4, 30)


def test_several_variants_count_together_if_they_are_of_one_type(account: Account) -> None:
    small = {"VariantName": "a", "ModelName": "m", "InstanceType": "ml.g5.2xlarge", "InitialInstanceCount": 1}
    account.has(listed("a"))
    account.tags(model="whisper-base")
    account.runs(small, small | {"VariantName": "b", "InitialInstanceCount": 2})
    summary = only()
    assert (summary.instance_type, summary.instance_count, summary.variant) == ("ml.g5.2xlarge", 3, None)
    account.has(listed("a", modified=datetime(2026, 11, 22, tzinfo=UTC)))
    account.runs(small, small | {"VariantName": "b", "InstanceType": "ml.g5.4xlarge"})
    assert only().instance_type is None


def test_the_expiry_is_read_anew_each_time(account: Account) -> None:
    account.has(listed("a"))
    account.tags(model="whisper-base", expires="2026-11-22T10:00:00+00:00")
    assert only().expires == datetime(2026, 11, 22, 10, tzinfo=UTC)
    account.tags(model="whisper-base", expires="2026-11-22T12:00:00")
    assert only().expires == datetime(2026, 11, 22, 12, tzinfo=UTC)


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
    summary = only()
    assert (summary.model, summary.is_whisper, summary.instance_type) == (None, False, None)


@pytest.mark.parametrize("variants", [[], [{"VariantName": "components"}]])
def test_an_endpoint_of_inference_components_has_no_model(account: Account, variants: list[Any]) -> None:
    account.has(listed("a"))
    account.serves({})
    account.runs(*variants)
    assert only().model is None
    assert "DescribeModel" not in account.calls


def test_the_model_is_looked_up_once_until_the_endpoint_changes(account: Account) -> None:
    account.has(listed("a"))
    account.tags(model="huggingface-asr-whisper-small")
    only()
    calls = account.calls.copy()
    only()
    # The tags are read again: somebody may have moved the expiry.
    assert account.calls - calls == {"ListEndpoints": 1, "ListTags": 1}
    account.has(listed("a", modified=datetime(2026, 11, 22, tzinfo=UTC)))
    account.tags(model="huggingface-asr-whisper-medium")
    assert only().model == find_model("whisper-medium")


@pytest.mark.parametrize("status", ["Failed", "UpdateRollbackFailed"])
def test_a_broken_endpoint_gives_its_reason(account: Account, status: str) -> None:
    account.has(listed("a", status))
    account.tags(model="huggingface-asr-whisper-small")
    account.answers["DescribeEndpoint"] = lambda _: {
        "EndpointConfigName": "c",
        "FailureReason": "No capacity.",
    }
    summary = only()
    assert summary.failure_reason == "No capacity."
    assert summary.is_broken
    assert not summary.is_serving


def test_a_starting_endpoint_tells_its_progress_anew_each_time(account: Account) -> None:
    account.has(listed("a", "Creating"))
    account.tags(model="whisper-base", progress="fetching", percent="12")
    assert (only().progress, only().percent) == ("fetching", 12)
    account.tags(model="whisper-base", progress="loading")
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


def test_an_identity_that_may_only_read_tags_sees_the_model(account: Account) -> None:
    account.has(listed("a"))
    account.tags(model="whisper-base", expires="2026-11-22T10:00:00+00:00")
    account.answers["DescribeEndpoint"] = lambda _: DENIED
    summary = only()
    assert (summary.model, summary.instance_type) == (find_model("whisper-base"), None)
    assert summary.expires


def test_what_stays_hidden_is_told(account: Account) -> None:
    account.has(listed("a"))
    account.answers["ListTags"] = lambda _: DENIED
    assert isinstance(only().hidden, AccessDeniedError)
    gone = {"Error": {"Code": "ValidationException", "Message": 'Could not find endpoint "a".'}}
    account.answers["ListTags"] = lambda _: gone
    assert only().hidden is None


def test_an_endpoint_without_a_configuration_is_listed(account: Account) -> None:
    account.has(listed("a"))
    account.answers["DescribeEndpoint"] = lambda _: {}
    assert (only().model, only().hidden) == (None, None)


def test_instances_on_their_way_count(account: Account) -> None:
    account.has(listed("a", "Creating"))
    account.tags(model="whisper-base")
    running = [{"VariantName": "all", "CurrentInstanceCount": 0, "DesiredInstanceCount": 2}]
    account.answers["DescribeEndpoint"] = lambda _: {"EndpointConfigName": "c", "ProductionVariants": running}
    assert only().instance_count == 2


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

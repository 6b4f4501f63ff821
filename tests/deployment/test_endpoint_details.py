"""What an endpoint runs: which Whisper model, found by tag, container, image or artifact."""

from datetime import UTC, datetime
from typing import Any

import pytest

from components.whisper.models import find_model
from tests.deployment.answering_account import (
    Account,
    listed,
    only,
)


def test_the_model_is_read_from_the_tag_of_the_sdk(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.tags(model="huggingface-asr-whisper-large-v3-turbo", owner="me")
    summary = only()
    assert summary.model == find_model("whisper-large-v3-turbo")
    assert summary.is_whisper
    assert "DescribeModel" not in answering_account.calls


@pytest.mark.parametrize(
    "containers",
    [
        {"PrimaryContainer": {"Environment": {"MODEL_ID": "whisper-tiny.en"}}},
        {"Containers": [{"Environment": {"MODEL_ID": "whisper-tiny.en"}}, {}]},
    ],
)
def test_without_the_tag_the_model_is_read_from_the_container(
    answering_account: Account, containers: dict[str, Any]
) -> None:
    answering_account.has(listed("a"))
    answering_account.serves(containers)
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
    answering_account: Account, container: dict[str, Any]
) -> None:
    answering_account.has(listed("a"))
    answering_account.serves({"PrimaryContainer": container})
    assert only().model == find_model("whisper-large-v2")


def test_whisper_of_unknown_size_is_whisper_all_the_same(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.serves({"PrimaryContainer": {"Image": "my-whisper:latest"}})
    summary = only()
    assert (summary.is_whisper, summary.model) == (True, None)


@pytest.mark.parametrize(
    "containers",
    [
        {"PrimaryContainer": {"Environment": {"MODEL_ID": "some-llm"}}},
        {"PrimaryContainer": {}},
        {"Containers": []},
        {},
    ],
)
def test_a_model_that_is_not_known_stays_open(answering_account: Account, containers: dict[str, Any]) -> None:
    answering_account.has(listed("a"))
    answering_account.serves(containers)
    summary = only()
    assert (summary.model, summary.is_whisper, summary.instance_type) == (None, False, None)


@pytest.mark.parametrize("variants", [[], [{"VariantName": "components"}]])
def test_an_endpoint_of_inference_components_has_no_model(
    answering_account: Account, variants: list[Any]
) -> None:
    answering_account.has(listed("a"))
    answering_account.serves({})
    answering_account.runs(*variants)
    assert only().model is None
    assert "DescribeModel" not in answering_account.calls


def test_the_model_is_looked_up_once_until_the_endpoint_changes(answering_account: Account) -> None:
    answering_account.has(listed("a"))
    answering_account.tags(model="huggingface-asr-whisper-small")
    only()
    calls = answering_account.calls.copy()
    only()
    # The tags are read again: somebody may have moved the expiry.
    assert answering_account.calls - calls == {"ListEndpoints": 1, "ListTags": 1}
    answering_account.has(listed("a", modified=datetime(2026, 11, 22, tzinfo=UTC)))
    answering_account.tags(model="huggingface-asr-whisper-medium")
    assert only().model == find_model("whisper-medium")

"""The List actions through plain boto3: the newest first, filtered."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def models(sagemaker: Any) -> Iterator[list[str]]:
    """Five models, the newest first."""
    names = [f"listed-{letter}" for letter in "abcde"]
    for name in names:
        sagemaker.create_model(ModelName=name)
    yield names[::-1]
    for name in names:
        sagemaker.delete_model(ModelName=name)


def listed(sagemaker: Any, **parameters: Any) -> list[str]:
    answer = sagemaker.list_models(NameContains="listed", **parameters)
    return [model["ModelName"] for model in answer["Models"]]


def test_lists_are_sorted_and_filtered(sagemaker: Any, models: list[str]) -> None:
    assert listed(sagemaker) == models
    assert listed(sagemaker, SortBy="CreationTime", SortOrder="Descending") == models
    assert [m["ModelName"] for m in sagemaker.list_models(NameContains="ed-c")["Models"]] == ["listed-c"]
    in_service = sagemaker.list_endpoints(StatusEquals="InService")["Endpoints"]
    assert [endpoint["EndpointName"] for endpoint in in_service] == ["whisper-base"]
    assert sagemaker.list_endpoints(StatusEquals="Updating")["Endpoints"] == []


@pytest.mark.parametrize(
    "option",
    [{"SortBy": "Name"}, {"SortOrder": "Ascending"}, {"CreationTimeAfter": datetime(2020, 1, 1, tzinfo=UTC)}],
)
def test_what_a_list_cannot_do_is_refused(sagemaker: Any, option: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        sagemaker.list_endpoints(**option)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert f"take no {next(iter(option))}." in caught.value.response["Error"]["Message"]


def test_a_list_is_one_page(sagemaker: Any, models: list[str]) -> None:
    paginator = sagemaker.get_paginator("list_models")
    (page,) = paginator.paginate(NameContains="listed", PaginationConfig={"PageSize": 2})
    assert [model["ModelName"] for model in page["Models"]] == models
    assert "NextToken" not in page

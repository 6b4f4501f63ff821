"""The List actions through plain boto3: the newest first, filtered, in pages."""

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


def test_lists_come_in_pages(sagemaker: Any, models: list[str]) -> None:
    paginator = sagemaker.get_paginator("list_models")
    pages = list(paginator.paginate(NameContains="listed", PaginationConfig={"PageSize": 2}))
    assert [len(page["Models"]) for page in pages] == [2, 2, 1]
    assert [model["ModelName"] for page in pages for model in page["Models"]] == models


def test_a_page_goes_on_where_the_last_one_ended(sagemaker: Any, models: list[str]) -> None:
    first = sagemaker.list_models(NameContains="listed", MaxResults=2)
    sagemaker.delete_model(ModelName=models[1])
    rest = listed(sagemaker, NextToken=first["NextToken"])
    sagemaker.create_model(ModelName=models[1])
    assert rest == models[2:]


def test_a_token_of_no_list_is_refused(sagemaker: Any) -> None:
    with pytest.raises(ClientError) as caught:
        sagemaker.list_endpoints(NextToken="abc")
    assert caught.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "The NextToken does not belong to this list.",
    }


def test_a_page_has_ten_where_nothing_is_said(sagemaker: Any) -> None:
    names = [f"many-{number}" for number in range(11)]
    for name in names:
        sagemaker.create_model(ModelName=name)
    answer = sagemaker.list_models(NameContains="many")
    for name in names:
        sagemaker.delete_model(ModelName=name)
    assert len(answer["Models"]) == 10
    assert "NextToken" in answer

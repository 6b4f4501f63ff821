"""The List actions through plain boto3: filtered, sorted, in pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def models(sagemaker: Any) -> Iterator[list[str]]:
    """Five models, whose names are in the order of their creation."""
    names = [f"listed-{letter}" for letter in "abcde"]
    for name in names:
        sagemaker.create_model(ModelName=name)
    yield names
    for name in names:
        sagemaker.delete_model(ModelName=name)


def listed(sagemaker: Any, **parameters: Any) -> list[str]:
    answer = sagemaker.list_models(NameContains="listed", **parameters)
    return [model["ModelName"] for model in answer["Models"]]


def test_lists_are_sorted_and_filtered(sagemaker: Any, models: list[str]) -> None:
    newest_first = models[::-1]
    assert listed(sagemaker) == newest_first
    assert listed(sagemaker, SortOrder="Ascending") == models
    assert listed(sagemaker, SortBy="Name", SortOrder="Ascending") == models
    assert listed(sagemaker, SortBy="Name", SortOrder="Descending") == newest_first
    assert [m["ModelName"] for m in sagemaker.list_models(NameContains="ed-c")["Models"]] == ["listed-c"]
    middle = sagemaker.describe_model(ModelName=models[2])["CreationTime"]
    assert listed(sagemaker, CreationTimeBefore=middle, SortOrder="Ascending") == models[:2]
    assert listed(sagemaker, CreationTimeAfter=middle) == newest_first[:2]
    endpoints = sagemaker.list_endpoints(
        SortBy="Status", LastModifiedTimeAfter=datetime(2020, 1, 1, tzinfo=UTC)
    )
    assert [endpoint["EndpointName"] for endpoint in endpoints["Endpoints"]] == ["whisper-base"]
    assert sagemaker.list_endpoints(StatusEquals="Updating")["Endpoints"] == []


@pytest.mark.parametrize("order", [{}, {"SortOrder": "Ascending"}, {"SortBy": "Name"}])
def test_lists_come_in_pages(sagemaker: Any, models: list[str], order: dict[str, str]) -> None:
    paginator = sagemaker.get_paginator("list_models")
    pages = list(paginator.paginate(NameContains="listed", PaginationConfig={"PageSize": 2}, **order))
    assert [len(page["Models"]) for page in pages] == [2, 2, 1]
    found = [model["ModelName"] for page in pages for model in page["Models"]]
    assert found == (models if order.get("SortOrder") else models[::-1])


def test_a_page_goes_on_where_the_last_one_ended(sagemaker: Any, models: list[str]) -> None:
    first = sagemaker.list_models(NameContains="listed", SortOrder="Ascending", MaxResults=2)
    sagemaker.delete_model(ModelName=models[0])
    rest = listed(sagemaker, SortOrder="Ascending", NextToken=first["NextToken"])
    sagemaker.create_model(ModelName=models[0])
    assert rest == models[2:]


@pytest.mark.parametrize("token", ["abc", "MQ==", "bnVsbA==", "WzEsMl0="])
def test_a_token_of_no_list_is_refused(sagemaker: Any, token: str) -> None:
    with pytest.raises(ClientError) as caught:
        sagemaker.list_endpoints(NextToken=token)
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

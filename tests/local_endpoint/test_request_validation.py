"""Requests are validated against AWS's own description of its API."""

from typing import Any

import pytest

from components.local_endpoint.faults import AwsFault
from components.local_endpoint.request_validation import validate

CONFIG = {"EndpointConfigName": "c"}
MODEL_ARN = f"arn:aws:sagemaker:local:{'0' * 12}:model/m"


def fault(operation: str, parameters: object) -> AwsFault:
    with pytest.raises(AwsFault) as caught:
        validate(operation, parameters)
    return caught.value


@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        ("DescribeEndpoint", {}, 'Missing required parameter in input: "EndpointName"'),
        ("ListEndpoints", {"MaxResults": 0}, "parameter MaxResults, value: 0, valid min value: 1"),
        ("ListEndpoints", {"Colour": "blue"}, 'Unknown parameter in input: "Colour", must be one of: '),
        (
            "CreateEndpointConfig",
            CONFIG | {"ProductionVariants": []},
            "Invalid length for parameter ProductionVariants, value: 0",
        ),
        (
            "CreateEndpointConfig",
            CONFIG | {"ProductionVariants": [{"VariantName": "v"}, {"ModelName": "m"}]},
            'Missing required parameter in ProductionVariants[1]: "VariantName"',
        ),
        (
            "DescribeEndpoint",
            {"EndpointName": "a_b"},
            "Value 'a_b' at 'EndpointName' failed to satisfy constraint: Member must satisfy regular expression",
        ),
        ("DescribeEndpoint", {"EndpointName": 64 * "a"}, "Member must have a length or value of at most 63"),
        ("ListEndpoints", {"MaxResults": 101}, "Value '101' at 'MaxResults' failed"),
        ("ListModels", {"SortBy": "Status"}, "Member must satisfy enum value set: [Name, CreationTime]"),
        (
            "CreateModel",
            {"ModelName": "m", "PrimaryContainer": {"Environment": {"1A": "b"}}},
            "Value '1A' at 'PrimaryContainer.Environment (key: 1A)' failed",
        ),
        (
            "DeleteTags",
            {"ResourceArn": MODEL_ARN, "TagKeys": ["*"]},
            "Value '*' at 'TagKeys[0]'",
        ),
    ],
)
def test_what_is_not_allowed(operation: str, parameters: object, message: str) -> None:
    found = fault(operation, parameters)
    assert found.code == "ValidationException"
    assert message in found.message


@pytest.mark.parametrize(
    "parameters",
    [[], {"MaxResults": "1"}, {"NameContains": 1}, {"CreationTimeAfter": "soon"}],
)
def test_a_wrong_type_is_another_error(parameters: Any) -> None:
    assert fault("ListEndpoints", parameters).code == "SerializationException"


@pytest.mark.parametrize("key", ["team", "Größe", "日本", "a b", "x:y/z=1+2-3@4_5.6"])
def test_tags_may_have_letters_of_every_script(key: str) -> None:
    validate("AddTags", {"ResourceArn": MODEL_ARN, "Tags": [{"Key": key, "Value": key}]})


@pytest.mark.parametrize("name", ["whisper-base", "A", "a--1", "a" * 63])
def test_names_that_endpoints_may_have(name: str) -> None:
    validate("DescribeEndpoint", {"EndpointName": name})


@pytest.mark.parametrize("name", ["", "-a", "a_b", "a b", "a" * 64, "é", "a\n"])
def test_names_that_they_may_not_have(name: str) -> None:
    assert fault("DescribeEndpoint", {"EndpointName": name}).code == "ValidationException"

"""Requests are checked against AWS's own description of its API, in SageMaker's words."""

from typing import Any

import pytest

from components.local_endpoint.faults import AwsFault
from components.local_endpoint.request_validation import check_endpoint_name, validate


def fault(operation: str, parameters: object) -> AwsFault:
    with pytest.raises(AwsFault) as caught:
        validate("sagemaker", operation, parameters)
    return caught.value


@pytest.mark.parametrize(
    ("operation", "parameters", "where", "rule"),
    [
        ("DescribeEndpoint", {}, "null at 'endpointName'", "not be null"),
        (
            "DescribeEndpoint",
            {"EndpointName": "a_b"},
            "'a_b' at 'endpointName'",
            "satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
        ),
        (
            "DescribeEndpoint",
            {"EndpointName": 64 * "a"},
            f"'{64 * 'a'}' at 'endpointName'",
            "have length less than or equal to 63",
        ),
        (
            "ListEndpoints",
            {"MaxResults": 0},
            "'0' at 'maxResults'",
            "have value greater than or equal to 1",
        ),
        (
            "ListModels",
            {"SortBy": "Status"},
            "'Status' at 'sortBy'",
            "satisfy enum value set: [Name, CreationTime]",
        ),
        (
            "CreateEndpointConfig",
            {"EndpointConfigName": "c", "ProductionVariants": []},
            "'[]' at 'productionVariants'",
            "have length greater than or equal to 1",
        ),
        (
            "CreateEndpointConfig",
            {"EndpointConfigName": "c", "ProductionVariants": [{"VariantName": "v"}, {"ModelName": "m"}]},
            "null at 'productionVariants.2.member.variantName'",
            "not be null",
        ),
        (
            "CreateModel",
            {"ModelName": "m", "PrimaryContainer": {"Environment": {"1A": "b"}}},
            "'1A' at 'primaryContainer.environment.key'",
            "satisfy regular expression pattern: [a-zA-Z_][a-zA-Z0-9_]*",
        ),
    ],
)
def test_one_violation(operation: str, parameters: object, where: str, rule: str) -> None:
    found = fault(operation, parameters)
    violation = f"Value {where} failed to satisfy constraint: Member must {rule}"
    assert (found.code, found.message) == ("ValidationException", f"1 validation error detected: {violation}")


def test_all_violations_are_told() -> None:
    found = fault("ListEndpoints", {"MaxResults": 101, "NameContains": "*"})
    assert found.message.startswith("2 validation errors detected: Value '101' at 'maxResults' failed ")
    assert "; Value '*' at 'nameContains' failed " in found.message


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ([], "The request is no structure."),
        ({"MaxResults": "1"}, "maxResults is no integer."),
        ({"MaxResults": True}, "maxResults is no integer."),
        ({"NameContains": 1}, "nameContains is no string."),
        ({"CreationTimeAfter": "soon"}, "creationTimeAfter is no timestamp."),
    ],
)
def test_a_wrong_type_is_another_error(parameters: Any, message: str) -> None:
    found = fault("ListEndpoints", parameters)
    assert (found.code, found.message) == ("SerializationException", message)


@pytest.mark.parametrize("key", ["team", "Größe", "日本", "a b", "x:y/z=1+2-3@4_5.6"])
def test_tags_may_have_letters_of_every_script(key: str) -> None:
    validate(
        "sagemaker",
        "AddTags",
        {"ResourceArn": f"arn:aws:sagemaker:local:{'0' * 12}:model/m", "Tags": [{"Key": key, "Value": key}]},
    )


@pytest.mark.parametrize("name", ["whisper-base", "A", "a--1", "a" * 63])
def test_names_that_endpoints_may_have(name: str) -> None:
    check_endpoint_name(name)


@pytest.mark.parametrize("name", ["", "-a", "a_b", "a b", "a" * 64, "é", "a\n"])
def test_names_that_they_may_not_have(name: str) -> None:
    with pytest.raises(AwsFault) as caught:
        check_endpoint_name(name)
    assert caught.value.code == "ValidationError"

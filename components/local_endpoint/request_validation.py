"""Checks requests against AWS's own description of its APIs, which botocore brings, in SageMaker's words."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

from components.local_endpoint.faults import VALIDATION_EXCEPTION, AwsFault

_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "map": dict,
    "string": str,
    "boolean": bool,
    "integer": int,
    "float": (int, float),
    "timestamp": (int, float),
}

_LONGEST_SHOWN = 256
"""Characters of a wrong value that are shown."""

# Unicode classes, which Python's `re` does not have; they stand within brackets only.
_UNICODE_CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\w", r"\p{Z}": r"\s"}


def validate(service: str, operation: str, parameters: object, code: str = VALIDATION_EXCEPTION) -> None:
    """Checks what an operation was called with: types, required members, lengths, ranges, patterns, choices.

    Raises:
        AwsFault: with `code` where a value is not allowed, SerializationException where a type is wrong.
    """
    found = list(_violations(_service(service).operation_model(operation).input_shape, parameters, ""))
    if found:
        errors = "error" if len(found) == 1 else "errors"
        raise AwsFault(code, f"{len(found)} validation {errors} detected: {'; '.join(found)}")


def check_endpoint_name(name: str) -> None:
    """Checks the name in an invocation's path.

    Raises:
        AwsFault: a ValidationError: SageMaker's runtime allows no endpoint of such a name.
    """
    validate("sagemaker-runtime", "InvokeEndpoint", {"EndpointName": name, "Body": b""}, "ValidationError")


@cache
def _service(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def _violations(shape: Shape | None, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    if shape is None or shape.type_name == "blob":
        return
    expected = _TYPES[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise AwsFault("SerializationException", f"{path or 'The request'} is no {shape.type_name}.")
    problem = next(_own_problems(shape, value), None)
    if problem:
        yield _violation(f"'{str(value)[:_LONGEST_SHOWN]}'", path, problem)
        return
    yield from _inner_violations(shape, value, path)


def _inner_violations(shape: Shape, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if value.get(name) is None:
                yield _violation("null", _below(path, name), "not be null")
        # Members that the API does not have are passed over, as AWS does, and so are those that are null.
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _violations(member, value[name], _below(path, name))
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, start=1):
            yield from _violations(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _violations(shape.key, key, f"{path}.key")
            yield from _violations(shape.value, item, f"{path}.{key}.value")


def _own_problems(shape: Shape, value: Any) -> Iterator[str]:  # noqa: ANN401
    what, size = ("length", len(value)) if isinstance(value, str | list | dict) else ("value", value)
    low, high = shape.metadata.get("min", size), shape.metadata.get("max", size)
    if size < low:
        yield f"have {what} greater than or equal to {low}"
    if size > high:
        yield f"have {what} less than or equal to {high}"
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"satisfy enum value set: [{', '.join(shape.enum)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(_in_python(pattern), value):
        yield f"satisfy regular expression pattern: {pattern}"


def _violation(value: str, path: str, rule: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: Member must {rule}"


def _in_python(pattern: str) -> str:
    for unicode_class, python in _UNICODE_CLASSES.items():
        pattern = pattern.replace(unicode_class, python)
    return pattern


def _below(path: str, name: str) -> str:
    name = name[0].lower() + name[1:]
    return f"{path}.{name}" if path else name

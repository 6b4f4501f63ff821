"""Validates requests against AWS's own description of its API, which botocore brings."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import regex
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

from components.local_endpoint.faults import VALIDATION_EXCEPTION, AwsFault

_LONGEST_SHOWN = 256
"""Characters of an invalid value in a message."""


def validate(operation: str, parameters: Any) -> None:  # noqa: ANN401 - JSON
    """Validates the parameters of a SageMaker operation: types, required members, lengths, ranges, patterns, choices.

    Raises:
        AwsFault: ValidationException where a value is not allowed, SerializationException where a type is wrong.
    """
    shape: Any = _sagemaker().operation_model(operation).input_shape
    errors = _Validator().validate(parameters, shape)
    if errors.has_errors():
        report = errors.generate_report()
        raise AwsFault("SerializationException" if "Invalid type" in report else VALIDATION_EXCEPTION, report)


@cache
def _sagemaker() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")


class _Validator(ParamValidator):
    """Adds what botocore's clients leave to the service: maxima, patterns and choices."""

    VALIDATED_METADATA_ATTRS = ParamValidator.VALIDATED_METADATA_ATTRS | {"max", "pattern", "enum"}

    def _validate(self, params: Any, shape: Shape, errors: Any, name: str) -> None:  # noqa: ANN401 - JSON
        super()._validate(params, shape, errors, name)  # type: ignore[misc] # not in botocore's stubs
        rule = None if errors.has_errors() else next(_broken_rules(shape, params), None)
        if rule:
            value, where = str(params)[:_LONGEST_SHOWN], name.removeprefix(".")
            message = f"Value '{value}' at '{where}' failed to satisfy constraint: Member must {rule}"
            raise AwsFault(VALIDATION_EXCEPTION, f"1 validation error detected: {message}")


def _broken_rules(shape: Shape, value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    rules = shape.metadata
    size = len(value) if isinstance(value, str | list | dict) else value
    if "max" in rules and size > rules["max"]:
        yield f"have a length or value of at most {rules['max']}"
    if "enum" in rules and value not in rules["enum"]:
        yield f"satisfy enum value set: [{', '.join(rules['enum'])}]"
    # The API's patterns have classes of Unicode, such as \p{L}, which Python's `re` does not know.
    if "pattern" in rules and not regex.fullmatch(rules["pattern"], value):
        yield f"satisfy regular expression pattern: {rules['pattern']}"

"""What SageMaker says of endpoints and their parts, as far as more than one module needs it.

All functions raise what boto3 raises (`aws_errors.FAILURES`).
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import EndpointSummaryTypeDef

from components.targets.target import Target

Answer = TypeVar("Answer")

ENDPOINT, CONFIG, MODEL = "endpoint", "endpoint configuration", "model"
Part = tuple[str, str]
"""One of the three kinds, and a name."""

_STEMS = {ENDPOINT: "Endpoint", CONFIG: "EndpointConfig", MODEL: "Model"}


def listed(target: Target) -> list["EndpointSummaryTypeDef"]:
    """All endpoints of the target, as ListEndpoints gives them."""
    pages = target.sagemaker().get_paginator("list_endpoints").paginate(PaginationConfig={"PageSize": 100})
    return [endpoint for page in pages for endpoint in page.get("Endpoints", ())]


def described(target: Target, part: Part) -> dict[str, Any] | None:
    """SageMaker's description of a part; None where it does not exist."""
    return _call(target, "describe", part)


def delete(target: Target, part: Part) -> bool:
    """Deletes one part; False where it is gone already."""
    return _call(target, "delete", part) is not None


def arn(target: Target, part: Part) -> str | None:
    """The ARN of a part; None where it does not exist."""
    found = described(target, part)
    return None if found is None else found.get(f"{_STEMS[part[0]]}Arn", "")


def _call(target: Target, verb: str, part: Part) -> dict[str, Any] | None:
    kind, name = part
    operation = f"{verb}_{'endpoint_config' if kind == CONFIG else kind}"
    call: Callable[..., dict[str, Any]] = getattr(target.client("sagemaker"), operation)
    return unless_gone(lambda: call(**{f"{_STEMS[kind]}Name": name}))


def config_names(endpoint: dict[str, Any]) -> list[str]:
    """The configurations that a described endpoint uses: its own, and the one that it is being updated to."""
    pending = endpoint.get("PendingDeploymentSummary") or {}
    names = (endpoint.get("EndpointConfigName"), pending.get("EndpointConfigName"))
    return [name for name in names if name]


def model_names(configs: Iterable[dict[str, Any] | None]) -> list[str]:
    """The models of described configurations, those of shadow variants included; each once."""
    variants = (
        variant
        for config in configs
        if config
        for kind in ("ProductionVariants", "ShadowProductionVariants")
        for variant in config.get(kind) or ()
    )
    # A variant without a model belongs to an endpoint of inference components.
    return list(dict.fromkeys(variant["ModelName"] for variant in variants if variant.get("ModelName")))


def unless_gone(call: Callable[[], Answer]) -> Answer | None:
    """The answer of SageMaker; None where the resource does not exist."""
    try:
        return call()
    except ClientError as error:
        if is_gone(error):
            return None
        raise


def is_gone(error: Exception) -> bool:
    """Whether SageMaker says that something does not exist: it has one code for all that it objects to."""
    return isinstance(error, ClientError) and "Could not find" in str(error)

"""What SageMaker says of endpoints and their parts, as far as more than one module asks it.

All functions raise what boto3 raises (`aws_errors.FAILURES`).
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import EndpointSummaryTypeDef

from components.targets.target import Target

ENDPOINT, CONFIG, MODEL = "endpoint", "endpoint configuration", "model"
Part = tuple[str, str]
"""One of the three kinds, and a name."""


def listed(target: Target) -> list["EndpointSummaryTypeDef"]:
    """All endpoints of the target, as ListEndpoints gives them."""
    pages = target.sagemaker().get_paginator("list_endpoints").paginate(PaginationConfig={"PageSize": 100})
    return [endpoint for page in pages for endpoint in page.get("Endpoints", ())]


def config_names(endpoint: dict[str, Any]) -> list[str]:
    """The configurations that a described endpoint uses: its own, and the one that it is being updated to."""
    pending = endpoint.get("PendingDeploymentSummary") or {}
    names = (endpoint.get("EndpointConfigName"), pending.get("EndpointConfigName"))
    return [name for name in names if name]


def described_config(target: Target, name: str) -> dict[str, Any] | None:
    """An endpoint configuration; None where it is gone."""
    sagemaker = target.client("sagemaker")
    config: dict[str, Any] | None = unless_gone(
        lambda: sagemaker.describe_endpoint_config(EndpointConfigName=name)
    )
    return config


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


def arn(target: Target, part: Part) -> str | None:
    """The ARN of a part; None where it does not exist."""
    kind, name = part
    sagemaker = target.client("sagemaker")
    calls: dict[str, Callable[[], str]] = {
        ENDPOINT: lambda: sagemaker.describe_endpoint(EndpointName=name).get("EndpointArn", ""),
        CONFIG: lambda: sagemaker.describe_endpoint_config(EndpointConfigName=name).get(
            "EndpointConfigArn", ""
        ),
        MODEL: lambda: sagemaker.describe_model(ModelName=name).get("ModelArn", ""),
    }
    found: str | None = unless_gone(calls[kind])
    return found


def unless_gone(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever boto3 answers
    """The answer of SageMaker; None where what it is asked about does not exist."""
    try:
        return call()
    except ClientError as error:
        if is_gone(error):
            return None
        raise


def is_gone(error: Exception) -> bool:
    """Whether SageMaker says that something does not exist: it has one code for all that it objects to."""
    return isinstance(error, ClientError) and "Could not find" in str(error)

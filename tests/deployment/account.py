"""What the tests make in the AWS on this computer, and what they then find there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.plan import INSTANCE_TYPES, DeploymentPlan
from components.targets.target import Target
from components.whisper.models import find_model

ROLE = "arn:aws:iam::123456789012:role/SageMakerExecutionRole"
PAST, FUTURE = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
Make = Callable[..., None]
BASE = find_model("whisper-base")


def plan(name: str = "speech", **details: Any) -> DeploymentPlan:
    assert BASE
    given: dict[str, Any] = {"model": BASE, "instance_type": INSTANCE_TYPES[0], "role_arn": ROLE} | details
    return DeploymentPlan(endpoint_name=name, **given)


def unheard(_: str) -> None:
    """Nobody listens."""


def make_elsewhere(target: Target, name: str) -> None:
    """An endpoint that neither JumpStart nor the portal has made: no tag tells what it serves."""
    sagemaker = target.client("sagemaker")
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "whisper-base"})
    variant: Any = {
        "VariantName": "all",
        "ModelName": name,
        "InstanceType": "ml.g5.2xlarge",
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)


def everything(target: Target) -> list[str]:
    """The names of all endpoints, configurations and models there are."""
    sagemaker = target.sagemaker()
    return [
        *(e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]),
        *(c["EndpointConfigName"] for c in sagemaker.list_endpoint_configs()["EndpointConfigs"]),
        *(m["ModelName"] for m in sagemaker.list_models()["Models"]),
    ]


def names(target: Target) -> list[str]:
    return [endpoint.name for endpoint in list_endpoints(target)]


def the(target: Target, name: str) -> EndpointSummary:
    return next(endpoint for endpoint in list_endpoints(target) if endpoint.name == name)


def refuse(monkeypatch: pytest.MonkeyPatch, target: Target, which: str) -> None:
    """Has AWS refuse to delete that endpoint."""
    delete = target.sagemaker().delete_endpoint

    def meet(**given: Any) -> Any:
        if given["EndpointName"] == which:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "DeleteEndpoint"
            )
        return delete(**given)

    monkeypatch.setattr(target.sagemaker(), "delete_endpoint", meet)

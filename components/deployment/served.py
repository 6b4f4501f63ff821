"""What an endpoint serves, and on what: read from its tags, configuration and model."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from components.catalog import MODELS, WhisperModel, find_model
from components.deployment import tags
from components.targets import Target

# The longest name first: large-v3-turbo is not large.
_NAMED = re.compile(
    "|".join(re.escape(name) for name in sorted((m.name for m in MODELS), key=len, reverse=True))
)


@dataclass(frozen=True)
class Content:
    """Which model an endpoint serves; `model` is None where it is none, several, or Whisper of unknown size."""

    is_whisper: bool = False
    model: WhisperModel | None = None


@dataclass(frozen=True)
class Instances:
    """What an endpoint runs on; `type` and `variant` are None where there are several or none."""

    type: str | None = None
    count: int | None = None
    variant: str | None = None


# Both change only with the endpoint's time of modification, which makes the answers good for ever.
@lru_cache(maxsize=1024)
def content(target: Target, name: str, arn: str, _modified: datetime) -> Content:
    """Looks up which model an endpoint serves.

    JumpStart's tag says it; for endpoints made in other ways the container's environment, its image and its artifact
    are searched for the name of a Whisper model.

    Raises:
        botocore.exceptions.ClientError, BotoCoreError: as boto3 gives them.
    """
    text = tags.read(target, arn).get(tags.MODEL) or _containers(target, name)
    names = set(_NAMED.findall(text.lower()))
    return Content("whisper" in text.lower(), find_model(names.pop()) if len(names) == 1 else None)


@lru_cache(maxsize=1024)
def instances(target: Target, name: str, _arn: str, _modified: datetime) -> Instances:
    """Looks up what an endpoint runs on.

    Raises:
        botocore.exceptions.ClientError, BotoCoreError: as boto3 gives them.
    """
    configured = _variants(target, name)
    running: list[Any] = (
        target.sagemaker().describe_endpoint(EndpointName=name).get("ProductionVariants") or configured
    )
    types = {variant.get("InstanceType") for variant in configured}
    counts = [v.get("CurrentInstanceCount", v.get("InitialInstanceCount")) for v in running]
    return Instances(
        type=types.pop() if len(types) == 1 else None,
        count=sum(counts) if counts and None not in counts else None,
        variant=configured[0]["VariantName"] if len(configured) == 1 else None,
    )


def _variants(target: Target, name: str) -> list[Any]:
    sagemaker = target.sagemaker()
    config_name = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    return list(sagemaker.describe_endpoint_config(EndpointConfigName=config_name)["ProductionVariants"])


def _containers(target: Target, name: str) -> str:
    """Whatever in the containers of an endpoint may name what they run."""
    # A variant without a model belongs to an endpoint of inference components.
    models = [variant["ModelName"] for variant in _variants(target, name) if "ModelName" in variant]
    described = [target.sagemaker().describe_model(ModelName=model) for model in models]
    containers = [
        container
        for model in described
        for container in (
            [model["PrimaryContainer"]] if "PrimaryContainer" in model else model.get("Containers", [])
        )
    ]
    telling = ("Environment", "Image", "ModelDataUrl", "ModelDataSource")
    return " ".join(str(container.get(field, "")) for container in containers for field in telling)

"""What an endpoint serves, and on what: read from its tags, configuration and model."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from components.deployment import tags
from components.deployment.inspection import CONFIG, config_names, described, model_names
from components.targets.target import Target
from components.whisper.contract import MODEL_TAG
from components.whisper.models import MODELS, WhisperModel, find_model

# The longest name first: large-v3-turbo is not large.
_NAMED = re.compile(
    "|".join(re.escape(name) for name in sorted((model.name for model in MODELS), key=len, reverse=True))
)
_TELLING = ("Environment", "Image", "ModelDataUrl", "ModelDataSource")


@dataclass(frozen=True)
class Instances:
    """What an endpoint runs on: instance types with their numbers, and its variant's name if it has one only."""

    by_type: tuple[tuple[str, int], ...] = ()
    variant: str | None = None

    @property
    def type(self) -> str | None:
        """The instance type; None where there are several or none."""
        types = {kind for kind, _ in self.by_type}
        return types.pop() if len(types) == 1 else None

    @property
    def count(self) -> int | None:
        """How many instances there are; None where it has none of its own."""
        return sum(count for _, count in self.by_type) if self.by_type else None


# All this changes only with the endpoint's time of modification, which makes the answers good for ever.
@lru_cache(maxsize=1024)
def content(target: Target, name: str, arn: str, modified: datetime) -> tuple[bool, WhisperModel | None]:
    """Looks up whether an endpoint serves Whisper, and which model: None where several, or one of unknown size.

    JumpStart's tag says it; for endpoints made in other ways the container's environment, its image and its artifact
    are searched for the name of a Whisper model.

    Raises:
        botocore.exceptions.ClientError, BotoCoreError: as boto3 gives them.
    """
    text = tags.read(target, arn).get(MODEL_TAG) or _containers(target, name, arn, modified)
    names = set(_NAMED.findall(text.lower()))
    return "whisper" in text.lower(), find_model(names.pop()) if len(names) == 1 else None


@lru_cache(maxsize=1024)
def instances(target: Target, name: str, arn: str, modified: datetime) -> Instances:
    """Looks up what an endpoint runs on.

    Raises:
        botocore.exceptions.ClientError, BotoCoreError: as boto3 gives them.
    """
    endpoint, config = _described(target, name, arn, modified)
    running = {variant["VariantName"]: variant for variant in endpoint.get("ProductionVariants", ())}
    variants = config.get("ProductionVariants", ())
    return Instances(
        tuple(
            (variant["InstanceType"], _count(variant, running.get(variant["VariantName"], {})))
            for variant in variants
            if "InstanceType" in variant
        ),
        variants[0]["VariantName"] if len(variants) == 1 else None,
    )


def _count(configured: dict[str, Any], running: dict[str, Any]) -> int:
    # While instances start there are none, but they are on their way.
    counts = [running.get(which) for which in ("CurrentInstanceCount", "DesiredInstanceCount")]
    known = [count for count in counts if count is not None]
    return int(max(known) if known else configured.get("InitialInstanceCount", 1))


@lru_cache(maxsize=1024)
def _described(
    target: Target, name: str, _arn: str, _modified: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    endpoint: dict[str, Any] = target.client("sagemaker").describe_endpoint(EndpointName=name)
    configs = [described(target, (CONFIG, config)) for config in config_names(endpoint)[:1]]
    return endpoint, (configs[0] if configs else None) or {}


def _containers(target: Target, name: str, arn: str, modified: datetime) -> str:
    """Whatever in the containers of an endpoint may name what they run."""
    _, config = _described(target, name, arn, modified)
    sagemaker = target.client("sagemaker")
    models = [sagemaker.describe_model(ModelName=model) for model in model_names([config])]
    containers = [
        c for model in models for c in [model.get("PrimaryContainer", {}), *model.get("Containers", ())]
    ]
    return " ".join(str(container.get(field, "")) for container in containers for field in _TELLING)

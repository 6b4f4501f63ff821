"""What is to be deployed, and whether that makes sense before any look-up."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from components.whisper.models import WhisperModel, endpoint_name

LIFETIMES = (1, 4, 8, 24, None)
"""Hours after which an endpoint deletes itself, to choose from; None is never."""
DEFAULT_LIFETIME = 4

INSTANCE_TYPES = ("ml.g5.2xlarge", "ml.g5.4xlarge", "ml.g5.8xlarge", "ml.p3.2xlarge", "ml.g4dn.2xlarge")
"""What JumpStart supports for all eight models, its default first; for as long as JumpStart can't be reached."""

_LONGEST_NAME = 63
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
_TAG = re.compile(r"[\w .:/=+@-]*")
_MOST_TAGS, _LONGEST_KEY, _LONGEST_VALUE = 40, 128, 256
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")


@dataclass(frozen=True)
class Scaling:
    """Automatic scaling: between how many instances, and the invocations a minute that each shall have."""

    lowest: int
    highest: int
    invocations: int = 20


@dataclass(frozen=True)
class VpcConfig:
    """Where in a VPC the containers run."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


@dataclass(frozen=True)
class DeploymentPlan:
    """One deployment.

    `hours` is after how long the endpoint deletes itself, None for never. `instance_type` and `role_arn` have a
    meaning on AWS only. `network_isolation` None leaves it as JumpStart sets it.
    """

    model: WhisperModel
    endpoint_name: str
    hours: int | None = DEFAULT_LIFETIME
    tags: Mapping[str, str] = field(default_factory=dict)
    instance_type: str | None = None
    instance_count: int = 1
    scaling: Scaling | None = None
    role_arn: str | None = None
    network: VpcConfig | None = None
    network_isolation: bool | None = None

    @property
    def most_instances(self) -> int:
        """How many instances it may come to, and be paid for."""
        return max(self.instance_count, self.scaling.highest if self.scaling else 0)


def suggest_name(model: WhisperModel, taken: Collection[str]) -> str:
    """A name for an endpoint of that model, valid and not taken: whisper-tiny-en, whisper-tiny-en-2 and so on."""
    stem = endpoint_name(model.name)
    number = 1
    while _is_taken(name := stem if number == 1 else f"{stem}-{number}", taken):
        number += 1
    return name


def faults(plan: DeploymentPlan, taken: Collection[str]) -> dict[str, str]:
    """What is wrong with the plan: field name to one sentence; `taken` are the endpoints' names."""
    rules = [*_name(plan, taken), *_instances(plan), *_tags(plan), *_rights(plan)]
    # Of several on one field the first counts.
    return {field_name: sentence for field_name, is_wrong, sentence in reversed(rules) if is_wrong}


_Rule = tuple[str, object, str]
"""A field, whether it is wrong, and what is then said."""


def _name(plan: DeploymentPlan, taken: Collection[str]) -> Iterator[_Rule]:
    name, field_name = plan.endpoint_name, "endpoint_name"
    yield field_name, not name, "The endpoint needs a name."
    too_long = f"The name has {len(name)} characters, but may have {_LONGEST_NAME} at most."
    yield field_name, len(name) > _LONGEST_NAME, too_long
    form = "A name consists of letters, digits and hyphens, and neither begins nor ends with a hyphen."
    yield field_name, not _NAME.fullmatch(name), form
    yield field_name, _is_taken(name, taken), f"There is an endpoint {name} already."


def _is_taken(name: str, taken: Collection[str]) -> bool:
    # SageMaker takes no two names that differ in capitals only (CreateEndpoint, EndpointName).
    return name.lower() in {other.lower() for other in taken}


def _instances(plan: DeploymentPlan) -> Iterator[_Rule]:
    yield "instance_count", plan.instance_count < 1, "An endpoint has one instance at least."
    if scaling := plan.scaling:
        is_range = 1 <= scaling.lowest <= scaling.highest
        yield "scaling", not is_range, "The minimum must be 1 or more, and the maximum not below it."
        is_within = scaling.lowest <= plan.instance_count <= scaling.highest
        yield "scaling", not is_within, "The instance count must lie between the minimum and the maximum."
        is_idle = scaling.invocations < 1
        yield "scaling", is_idle, "An instance must have one invocation a minute at least to aim at."


def _tags(plan: DeploymentPlan) -> Iterator[_Rule]:
    too_many = f"There are {len(plan.tags)} tags, but {_MOST_TAGS} at most have room beside the portal's own."
    yield "tags", len(plan.tags) > _MOST_TAGS, too_many
    for key, value in plan.tags.items():
        fits = 1 <= len(key) <= _LONGEST_KEY and len(value) <= _LONGEST_VALUE
        lengths = f"A tag's key has 1 to {_LONGEST_KEY} characters, its value up to {_LONGEST_VALUE}."
        yield "tags", not fits, lengths
        form = f"The tag {key!r} may consist of letters, digits, spaces and _ . : / = + - @ only."
        yield "tags", not (_TAG.fullmatch(key) and _TAG.fullmatch(value)), form
        is_reserved = key.lower().startswith(("aws:", "sagemaker-sdk:", "whisper-portal:"))
        yield "tags", is_reserved, f"The tag {key!r} begins with a word that others keep for themselves."


def _rights(plan: DeploymentPlan) -> Iterator[_Rule]:
    is_missing = plan.instance_type and not plan.role_arn
    yield "role_arn", is_missing, "SageMaker needs an execution role to run the model with."
    form = "A role's ARN looks like arn:aws:iam::123456789012:role/SageMakerExecutionRole."
    yield "role_arn", plan.role_arn and not _ROLE.fullmatch(plan.role_arn), form
    network = plan.network
    is_half = network and not (network.subnets and network.security_groups)
    yield "network", is_half, "A VPC needs at least one subnet and one security group."

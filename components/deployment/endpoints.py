"""Which endpoints a target has, in what state, what each one serves, on what, and until when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import EndpointSummaryTypeDef

from components.aws_errors import typed_error
from components.catalog import WhisperModel
from components.deployment import tags
from components.deployment.plan import Scaling
from components.deployment.served import Content, Instances, content, instances
from components.targets import Target

Found = TypeVar("Found")

_SERVING = {"InService", "Updating", "SystemUpdating", "RollingBack"}
_BROKEN = {"Failed", "UpdateRollbackFailed"}


@dataclass(frozen=True)
class EndpointSummary:
    """One endpoint at the time of asking.

    `status` is SageMaker's word. `model` is None where nothing says which model it serves; an endpoint may well
    be Whisper's (`is_whisper`) without that. `instance_type` and `instance_count` are None where it has no instances
    of its own, or several types. `expires` is when it is to delete itself, `scaling` what automatic scaling it is to
    have. `failure_reason` is set for broken endpoints, `progress` and `percent` (0 to 100) for starting ones that
    tell them.
    """

    name: str
    status: str
    created: datetime
    model: WhisperModel | None = None
    failure_reason: str | None = None
    progress: str | None = None
    percent: int | None = None
    arn: str = ""
    is_whisper: bool = True
    instance_type: str | None = None
    instance_count: int | None = None
    variant: str | None = None
    expires: datetime | None = None
    scaling: Scaling | None = None

    @property
    def is_serving(self) -> bool:
        """Whether it answers requests; SageMaker keeps the old instances answering during an update."""
        return self.status in _SERVING

    @property
    def is_starting(self) -> bool:
        """Whether it will answer soon, if all goes well."""
        return self.status == "Creating"

    @property
    def is_broken(self) -> bool:
        """Whether it will never answer as it is."""
        return self.status in _BROKEN


def list_endpoints(target: Target) -> list[EndpointSummary]:
    """All endpoints of the target, by name.

    Costs one call for every 100 endpoints, one more for each that serves Whisper, and up to four for each that is new,
    was changed, or is broken.

    Raises:
        EndpointError: the target can't be reached, or does not let itself be asked.
    """
    try:
        pages = (
            target.sagemaker().get_paginator("list_endpoints").paginate(PaginationConfig={"PageSize": 100})
        )
        listed = [endpoint for page in pages for endpoint in page["Endpoints"]]
        with ThreadPoolExecutor(max_workers=8) as pool:
            summaries = list(pool.map(lambda endpoint: _summary(target, endpoint), listed))
    except (BotoCoreError, ClientError) as error:
        raise typed_error(error, target.name) from error
    return sorted(summaries, key=lambda summary: summary.name)


def _summary(target: Target, listed: "EndpointSummaryTypeDef") -> EndpointSummary:
    name, arn, status = listed["EndpointName"], listed["EndpointArn"], listed["EndpointStatus"]
    key = (target, name, arn, listed["LastModifiedTime"])
    serves = _if_allowed(lambda: content(*key), Content())
    runs_on = _if_allowed(lambda: instances(*key), Instances()) if serves.is_whisper else Instances()
    noted: dict[str, str] = (
        _if_allowed(lambda: tags.read(target, arn), dict[str, str]()) if serves.is_whisper else {}
    )
    starting = noted if status == "Creating" else {}
    return EndpointSummary(
        name,
        status,
        listed["CreationTime"],
        serves.model,
        _if_allowed(lambda: _failure_reason(target, name), None) if status in _BROKEN else None,
        progress=starting.get(tags.PROGRESS),
        percent=tags.percent(starting),
        arn=arn,
        is_whisper=serves.is_whisper,
        instance_type=runs_on.type,
        instance_count=runs_on.count,
        variant=runs_on.variant,
        expires=tags.expires(noted),
        scaling=tags.scaling(noted.get(tags.SCALING, "")),
    )


def _if_allowed(look: Callable[[], Found], otherwise: Found) -> Found:
    """What `look` finds; what is otherwise known has to do where the endpoint is gone or hidden from this identity."""
    try:
        return look()
    except ClientError:
        return otherwise


def _failure_reason(target: Target, name: str) -> str | None:
    return target.sagemaker().describe_endpoint(EndpointName=name).get("FailureReason")

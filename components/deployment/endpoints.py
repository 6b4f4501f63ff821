"""Which endpoints a target has, in what state, what each one serves, on what, and until when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import EndpointSummaryTypeDef

from components.core.errors import EndpointError, ExpiredCredentialsError
from components.deployment import tags
from components.deployment.endpoint_details import Instances, content, instances
from components.deployment.inspection import is_gone, listed
from components.deployment.plan import Scaling
from components.targets.aws_errors import explained, typed_error
from components.targets.target import Target, forget_clients
from components.whisper.contract import PROGRESS_TAG
from components.whisper.models import WhisperModel

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
    tell them. `hidden` is why AWS refused some of this: it may then serve Whisper, or expire,
    without this being known.
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
    hidden: EndpointError | None = None

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

    Costs one call for every 100 endpoints, one more for each that serves Whisper or is broken, and some for each that
    is new or was changed.

    Raises:
        EndpointError: the target can't be reached, or refuses the request.
    """
    try:
        with explained(target.name), ThreadPoolExecutor(max_workers=8) as pool:
            summaries = list(pool.map(lambda endpoint: _summary(target, endpoint), listed(target)))
    except ExpiredCredentialsError:
        # Clients keep the credentials that they were made with: those made next find the renewed ones.
        forget_clients()
        raise
    return sorted(summaries, key=lambda summary: summary.name)


def _summary(target: Target, found: "EndpointSummaryTypeDef") -> EndpointSummary:
    name, arn, status = found["EndpointName"], found["EndpointArn"], found["EndpointStatus"]
    key = (target, name, arn, found["LastModifiedTime"])
    look = _Look(target, name)
    unknown: tuple[bool, WhisperModel | None] = (False, None)
    is_whisper, model = look.at(lambda: content(*key), unknown)
    runs_on = look.at(lambda: instances(*key), Instances()) if is_whisper else Instances()
    noted = look.at(lambda: tags.read(target, arn), dict[str, str]()) if is_whisper else {}
    starting = noted if status == "Creating" else {}
    return EndpointSummary(
        name,
        status,
        found["CreationTime"],
        model,
        look.at(lambda: _failure_reason(target, name), None) if status in _BROKEN else None,
        progress=starting.get(PROGRESS_TAG),
        percent=tags.percent(starting),
        arn=arn,
        is_whisper=is_whisper,
        instance_type=runs_on.type,
        instance_count=runs_on.count,
        variant=runs_on.variant,
        expires=tags.expires(noted),
        scaling=tags.scaling(noted.get(tags.SCALING, "")),
        hidden=look.refusal,
    )


class _Look:
    """Looks closer at one endpoint, as far as this identity may; `refusal` is why something stays unknown."""

    def __init__(self, target: Target, name: str) -> None:
        self.refusal: EndpointError | None = None
        self._target = target
        self._name = name

    def at(self, look: Callable[[], Found], otherwise: Found) -> Found:
        """What `look` finds; `otherwise` where that is gone, or not shown."""
        try:
            return look()
        except ClientError as error:
            if not is_gone(error):
                self.refusal = typed_error(error, self._name)
            return otherwise


def _failure_reason(target: Target, name: str) -> str | None:
    return target.sagemaker().describe_endpoint(EndpointName=name).get("FailureReason")

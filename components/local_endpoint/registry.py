"""What the control plane knows: models, endpoint configurations and endpoints, in memory."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from threading import RLock
from typing import Any, Generic, TypeVar

from components.local_endpoint.engine_pool import Engine
from components.local_endpoint.faults import VALIDATION_EXCEPTION, AwsFault
from components.local_endpoint.loading_progress import LoadingProgress

REGION = "local"
ACCOUNT = "000000000000"


def now() -> float:
    """Seconds since 1970, to the microsecond: boto3 reads times so, and sends them so when it asks for others."""
    return round(time.time(), 6)


class ResourceKind(Enum):
    """The kinds of resources: the stem of SageMaker's names, as in ModelName, and how ARNs and messages name each."""

    MODEL = ("Model", "model", "model")
    CONFIG = ("EndpointConfig", "endpoint-config", "endpoint configuration")
    ENDPOINT = ("Endpoint", "endpoint", "endpoint")

    def __init__(self, stem: str, in_arns: str, in_words: str) -> None:
        self.stem, self.in_arns, self.in_words = stem, in_arns, in_words

    def arn(self, name: str) -> str:
        """The ARN of the resource of this kind and that name."""
        return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{self.in_arns}/{name}"


class EndpointStatus(StrEnum):
    """Where an endpoint is in its life, in SageMaker's words."""

    CREATING = "Creating"
    IN_SERVICE = "InService"
    FAILED = "Failed"
    DELETING = "Deleting"


@dataclass(frozen=True)
class Resource:
    """One model or endpoint configuration: what it was created from, and when, in seconds since 1970."""

    kind: ResourceKind
    name: str
    request: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)
    created: float = field(default_factory=now)

    @property
    def arn(self) -> str:
        """The resource's ARN."""
        return self.kind.arn(self.name)


@dataclass(frozen=True)
class Endpoint(Resource):
    """One endpoint.

    `container` is what its container was configured with when it was created, so that deleting model or
    configuration changes nothing. `progress` says how far the loading is, `running` counts its requests.
    """

    container: Mapping[str, Any] = field(default_factory=dict)
    variant: Mapping[str, Any] = field(default_factory=dict)
    status: EndpointStatus = EndpointStatus.CREATING
    modified: float = field(default_factory=now)
    failure_reason: str | None = None
    progress: LoadingProgress | None = None
    engine: Engine | None = None
    running: int = 0

    def moved(self, status: EndpointStatus, **changes: Any) -> "Endpoint":  # noqa: ANN401 - the fields' own types
        """This endpoint in another status."""
        return replace(self, status=status, modified=now(), **changes)


R = TypeVar("R", bound=Resource)


class Records(Generic[R]):
    """All resources of one kind. They are frozen and get replaced, so a reader sees each as a whole.

    Safe to use from several threads.
    """

    def __init__(self, kind: ResourceKind) -> None:
        self.kind = kind
        self._lock = RLock()
        self._records: dict[str, R] = {}

    def add(self, record: R) -> None:
        """Takes in a new resource.

        Raises:
            AwsFault: there is one of this name.
        """
        with self._lock:
            if record.name in self._records:
                message = f'Cannot create already existing {self.kind.in_words} "{record.arn}".'
                raise AwsFault(VALIDATION_EXCEPTION, message)
            self._records[record.name] = record

    def get(self, name: str) -> R:
        """The resource of that name.

        Raises:
            AwsFault: there is none.
        """
        with self._lock:
            if name in self._records:
                return self._records[name]
        raise AwsFault(VALIDATION_EXCEPTION, f'Could not find {self.kind.in_words} "{self.kind.arn(name)}".')

    def all(self) -> list[R]:
        """Every resource, in the order of creation."""
        with self._lock:
            return list(self._records.values())

    def change(self, name: str, to: Callable[[R], R | None]) -> R:
        """Replaces a record by what `to` makes of it, in one step; None removes it. Returns what it was.

        Raises:
            AwsFault: there is none of that name. What `to` raises leaves the record as it is.
        """
        with self._lock:
            before = self.get(name)
            after = to(before)
            if after is None:
                del self._records[name]
            else:
                self._records[name] = after
            return before


class Registry:
    """Everything there is, by kind."""

    def __init__(self) -> None:
        self.models: Records[Resource] = Records(ResourceKind.MODEL)
        self.configs: Records[Resource] = Records(ResourceKind.CONFIG)
        self.endpoints: Records[Endpoint] = Records(ResourceKind.ENDPOINT)

"""What is kept of a run: its systems, the clips that they heard, and one measurement for each request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from components.whisper.parameters import Value


class RunKind(StrEnum):
    """What a run is about."""

    ACCURACY = "accuracy"
    LATENCY = "latency"


class RunStatus(StrEnum):
    """How a run stands. INTERRUPTED is one whose process is gone; what it had measured is there."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class System:
    """One endpoint as it was when it was measured.

    `target` is the name of the place it lives in, `model` that of its checkpoint. `usd_per_hour` is the price of one
    instance, None where it is not known and on this computer; `price_source` says whose price that is.
    """

    endpoint: str
    target: str
    region: str
    model: str | None = None
    instance_type: str | None = None
    instance_count: int | None = None
    variant: str | None = None
    usd_per_hour: float | None = None
    price_source: str | None = None


@dataclass(frozen=True)
class Item:
    """One clip that every system of a run hears.

    `reference` is what was said, as the data set has it (empty in a latency run); `language` the English name of its
    language in lower case. `seconds` is its length, None as long as it has not been decoded.
    """

    id: str
    reference: str = ""
    language: str = "english"
    seconds: float | None = None


@dataclass(frozen=True)
class Measurement:
    """One request and what came of it.

    `system` and `item` are positions in the run's systems and items. `started` is when it was sent, in seconds since
    the epoch, and `seconds` how long it took from then until the reply was there, at the client. `texts` are the
    returned sequences as sent, best first; empty where it failed: then `error` is the name of the error's type and
    `message` what it says. `concurrency` is how many such requests were under way at once; a `warm_up` counts nowhere.
    """

    system: int
    item: int
    started: float
    seconds: float
    texts: tuple[str, ...] = ()
    error: str | None = None
    message: str | None = None
    retries: int = 0
    request_id: str | None = None
    concurrency: int = 1
    warm_up: bool = False

    @property
    def text(self) -> str | None:
        """The best text, without the space that it begins with; None where the request failed."""
        return self.texts[0].strip() if self.texts else None


Batch = list[Measurement]
"""What came of some requests, in the order in which it came."""


@dataclass(frozen=True)
class Conditions:
    """Under which conditions a run was made, in full: whoever reads a figure can find out what it means.

    `dataset` and `selection` say in words what was heard ("LibriSpeech test-other", "the first 20 of 50 utterances");
    equal `digest`s mean the same utterances with the same references. `languages` are those of its texts, `notes` the
    faults found in the data set.
    `requests` and `warm_up` (numbers of requests) and `concurrency` (its steps) are those of a latency run.
    `versions` names the programs and the machine that measured.
    """

    parameters: Mapping[str, Value] = field(default_factory=dict)
    dataset: str = ""
    selection: str = ""
    digest: str = ""
    languages: tuple[str, ...] = ()
    normalizer: str = "whisper"
    requests: int | None = None
    warm_up: int | None = None
    concurrency: tuple[int, ...] = (1,)
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One run. `planned` is its number of requests, warm-up included; `problem` why it ended early, if it did.

    `extras` holds what was found out after it (the container's own latency from CloudWatch).
    """

    id: str
    kind: RunKind
    name: str
    created: datetime
    status: RunStatus
    systems: tuple[System, ...]
    conditions: Conditions
    planned: int
    ended: datetime | None = None
    problem: str | None = None
    extras: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether it is still measured."""
        return self.status is RunStatus.RUNNING

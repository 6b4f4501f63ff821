"""What runs have in common: a plan, and requests of which each becomes a measurement, whatever comes of it."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Event

from components.audio.decoding import Clip
from components.core.errors import PortalError
from components.evaluation.runs.records import Batch, Measurement, Run
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import Candidate
from components.whisper.parameters import Parameters

_EPOCH = time.time() - time.perf_counter()
"""What the clock showed when `perf_counter` was 0: setting the clock in mid-run changes no figure."""


@dataclass(eq=False)
class RunPlan(ABC):
    """What a run is to do.

    `seconds` holds the lengths of the items as far as they are known by now, `problems` why systems, or parts of their
    measuring, were given up, and `skipped` counts the requests that were therefore not sent.
    """

    candidates: tuple[Candidate, ...]
    seconds: dict[int, float] = field(default_factory=dict, init=False)
    problems: list[str] = field(default_factory=list, init=False)
    skipped: int = field(default=0, init=False)

    @abstractmethod
    def begin(self, store: RunStore) -> Run:
        """Notes the run in the store, before anything is sent.

        Raises:
            StoreError: the store can't be written.
        """

    @abstractmethod
    def measure(self, cancelled: Event) -> Iterator[Batch]:
        """Sends the requests and yields what came of them, as they come; now and then nothing, as a sign of life."""


def request_of(system: int, item: int, concurrency: int) -> Measurement:
    """A request that is to be sent; `system` and `item` are their positions in the run."""
    return Measurement(system, item, 0.0, 0.0, concurrency=concurrency)


def measure(request: Measurement, candidate: Candidate, clip: Clip, parameters: Parameters) -> Measurement:
    """Sends a request with that clip, and returns it with when it was sent and what came of it."""
    began = time.perf_counter()
    request = replace(request, started=_EPOCH + began)
    try:
        transcript = candidate.client.transcribe(clip, parameters)
    except PortalError as error:
        return _failed(replace(request, seconds=time.perf_counter() - began), error)
    return replace(
        request,
        seconds=transcript.request_seconds,
        texts=transcript.texts,
        retries=transcript.retries,
        request_id=transcript.request_id,
    )


def not_sent(request: Measurement, error: PortalError) -> Measurement:
    """The request with the error for which it could not be sent."""
    return _failed(replace(request, started=_EPOCH + time.perf_counter()), error)


def _failed(request: Measurement, error: PortalError) -> Measurement:
    request_id = getattr(error, "request_id", None)
    return replace(request, error=type(error).__name__, message=str(error), request_id=request_id)

"""What runs have in common: a plan, requests that become measurements whatever their outcome, and when to stop."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Event, Lock

from components.audio.decoding import Clip
from components.core.errors import AudioTooLongError, PortalError, RequestTooLargeError, UnreadableAudioError
from components.endpoint_client.retry import HOPELESS, MEASUREMENT, RETRIABLE
from components.evaluation.runs.records import Batch, Measurement, Run
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import Candidate
from components.whisper.parameters import Parameters

_EPOCH = time.time() - time.perf_counter()
"""What the clock showed when `perf_counter` was 0: setting the clock in mid-run changes no figure."""
_OF_THE_CLIP = {kind.__name__ for kind in (AudioTooLongError, RequestTooLargeError, UnreadableAudioError)}
"""Errors that say nothing about the endpoint."""
_KINDS: dict[str, type[PortalError]] = {kind.__name__: kind for kind in (*RETRIABLE, *HOPELESS)}
"""Measurements keep only the name of an error."""


@dataclass(eq=False)
class RunPlan(ABC):
    """What a run is to do.

    `seconds` holds the durations of those items whose length is already known, `problems` the reasons why systems or
    some of their stages were given up, and `skipped` the number of requests that were not sent because of that.
    """

    candidates: tuple[Candidate, ...]
    seconds: dict[int, float] = field(default_factory=dict, init=False)
    problems: list[str] = field(default_factory=list, init=False)
    skipped: int = field(default=0, init=False)

    @abstractmethod
    def begin(self, store: RunStore) -> Run:
        """Records the run in the store before anything is sent.

        Raises:
            StoreError: the store can't be written.
        """

    @abstractmethod
    def measure(self, cancelled: Event) -> Iterator[Batch]:
        """Sends the requests and yields the measurements as they arrive; now and then none, as a sign of life."""


def measure(request: Measurement, candidate: Candidate, clip: Clip, parameters: Parameters) -> Measurement:
    """Sends a request with that clip, and returns it with its start time and outcome."""
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


class CircuitBreaker:
    """Watches what comes of the requests to one endpoint. Safe to use from several threads.

    `problem` says why no more are to be sent; None as long as they are.
    """

    def __init__(self, endpoint: str) -> None:
        self.problem: str | None = None
        self._endpoint = endpoint
        self._has_answered = False
        self._in_a_row = 0
        self._lock = Lock()

    def pause(self, measurement: Measurement, tries: int) -> float | None:
        """Seconds until the request is sent again; None where it is not, as for what has never answered."""
        if not self._has_answered or measurement.error is None:
            return None
        return MEASUREMENT.pause(_KINDS.get(measurement.error, PortalError), tries)

    def note(self, measurement: Measurement) -> None:
        """Takes one more outcome into account."""
        if measurement.error in _OF_THE_CLIP:
            return
        with self._lock:
            if measurement.error is None:
                self._has_answered, self._in_a_row = True, 0
                return
            self._in_a_row += 1
            kind = _KINDS.get(measurement.error, PortalError)
            if self.problem is None and MEASUREMENT.opens_circuit(kind, self._in_a_row):
                row = MEASUREMENT.failures_in_a_row
                why = f"{row} requests in a row failed" if self._in_a_row >= row else "no request can succeed"
                self.problem = f"{self._endpoint} was given up, since {why}: {measurement.message}"

"""One request, measured: whatever comes of it is a measurement."""

import time

from components.audio.decoding import Clip
from components.core.errors import PortalError
from components.evaluation.runs.records import Measurement
from components.evaluation.systems import Candidate
from components.whisper.parameters import Parameters

_EPOCH = time.time() - time.perf_counter()
"""What the clock showed when `perf_counter` stood at 0: whoever sets it in mid-run changes no figure."""


def measure(  # noqa: PLR0913 - a request with its circumstances
    candidate: Candidate,
    system: int,
    item: int,
    clip: Clip,
    parameters: Parameters,
    *,
    concurrency: int = 1,
    warm_up: bool = False,
) -> Measurement:
    """Sends one clip to one system; `system` and `item` are their positions in the run."""
    clock = time.perf_counter()
    try:
        transcript = candidate.client.transcribe(clip, parameters)
    except PortalError as error:
        taken = time.perf_counter() - clock
        return failed(system, item, error, taken, concurrency=concurrency, warm_up=warm_up)
    return Measurement(
        system,
        item,
        _EPOCH + clock,
        transcript.request_seconds,
        transcript.texts,
        retries=transcript.retries,
        request_id=transcript.request_id,
        concurrency=concurrency,
        warm_up=warm_up,
    )


def failed(  # noqa: PLR0913 - a request with its circumstances
    system: int,
    item: int,
    error: PortalError,
    seconds: float = 0.0,
    *,
    concurrency: int = 1,
    warm_up: bool = False,
) -> Measurement:
    """A request that has just failed after so many seconds, or could not even be sent."""
    return Measurement(
        system,
        item,
        _EPOCH + time.perf_counter() - seconds,
        seconds,
        error=type(error).__name__,
        message=str(error),
        request_id=getattr(error, "request_id", None),
        concurrency=concurrency,
        warm_up=warm_up,
    )

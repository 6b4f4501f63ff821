"""One request, measured: whatever comes of it is a measurement."""

import time
from dataclasses import replace

from components.audio.decoding import Clip
from components.core.errors import PortalError
from components.evaluation.runs.records import Measurement
from components.evaluation.systems import Candidate
from components.whisper.parameters import Parameters

_EPOCH = time.time() - time.perf_counter()
"""What the clock showed when `perf_counter` was 0: setting the clock in mid-run changes no figure."""


def planned(system: int, item: int, *, concurrency: int = 1, warm_up: bool = False) -> Measurement:
    """A request that is to be sent now; `system` and `item` are their positions in the run."""
    now = _EPOCH + time.perf_counter()
    return Measurement(system, item, now, 0.0, concurrency=concurrency, warm_up=warm_up)


def measure(request: Measurement, candidate: Candidate, clip: Clip, parameters: Parameters) -> Measurement:
    """Sends a planned request with that clip, and returns it with what came of it."""
    began = time.perf_counter()
    try:
        transcript = candidate.client.transcribe(clip, parameters)
    except PortalError as error:
        return failed(replace(request, seconds=time.perf_counter() - began), error)
    return replace(
        request,
        seconds=transcript.request_seconds,
        texts=transcript.texts,
        retries=transcript.retries,
        request_id=transcript.request_id,
    )


def failed(request: Measurement, error: PortalError) -> Measurement:
    """The request with the error that it ended with, before or after it was sent."""
    request_id = getattr(error, "request_id", None)
    return replace(request, error=type(error).__name__, message=str(error), request_id=request_id)

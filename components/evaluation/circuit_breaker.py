"""When to stop sending requests to an endpoint that answers none."""

from threading import Lock

from components.core.errors import AudioTooLongError, PortalError, RequestTooLargeError, UnreadableAudioError
from components.endpoint_client.retry import HOPELESS, MEASUREMENT, RETRIABLE
from components.evaluation.runs.records import Measurement

_OF_THE_CLIP = {kind.__name__ for kind in (AudioTooLongError, RequestTooLargeError, UnreadableAudioError)}
"""What says nothing about the endpoint."""
_KINDS = {kind.__name__: kind for kind in (*RETRIABLE, *HOPELESS)}
"""Measurements keep an error's name alone."""


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
        return MEASUREMENT.pause(_kind(measurement.error), tries)

    def note(self, measurement: Measurement) -> None:
        """Takes one more outcome into account."""
        if measurement.error in _OF_THE_CLIP:
            return
        with self._lock:
            if measurement.error is None:
                self._has_answered, self._in_a_row = True, 0
                return
            self._in_a_row += 1
            if self.problem is None and MEASUREMENT.opens_circuit(_kind(measurement.error), self._in_a_row):
                row = MEASUREMENT.failures_in_a_row
                why = f"{row} requests in a row failed" if self._in_a_row >= row else "no request can succeed"
                self.problem = f"{self._endpoint} was given up, since {why}: {measurement.message}"


def _kind(name: str) -> type[PortalError]:
    return _KINDS.get(name, PortalError)

"""When to stop sending requests to an endpoint that answers none."""

from threading import Lock

from components.core import errors
from components.evaluation.runs.records import Measurement

MOST_IN_A_ROW = 10

_WILL_NOT_MEND = {kind.__name__ for kind in errors.HOPELESS}
_OF_THE_CLIP = {
    kind.__name__
    for kind in (errors.AudioTooLongError, errors.RequestTooLargeError, errors.UnreadableAudioError)
}
"""What says nothing about the endpoint."""
_AWAY = {
    kind.__name__
    for kind in (errors.EndpointNotFoundError, errors.EndpointNotReadyError, errors.EndpointUnreachableError)
}
PAUSES = (2.0, 5.0, 15.0)
"""Seconds until an endpoint that is away is asked again; that on this computer is back some seconds after a crash."""


class Patience:
    """Watches what comes of the requests to one endpoint. Safe to use from several threads.

    `problem` says why no more are to be sent; None as long as they are.
    """

    def __init__(self, endpoint: str) -> None:
        self.problem: str | None = None
        self._endpoint = endpoint
        self._has_answered = False
        self._in_a_row = 0
        self._lock = Lock()

    def expects_again(self, measurement: Measurement) -> bool:
        """Whether the endpoint is away, but has answered before, so that it may soon be back."""
        return self._has_answered and measurement.error in _AWAY

    def note(self, measurement: Measurement) -> None:
        """Takes one more outcome into account."""
        if measurement.error in _OF_THE_CLIP:
            return
        with self._lock:
            self._has_answered |= measurement.error is None
            self._in_a_row = self._in_a_row + 1 if measurement.error else 0
            will_not_mend = measurement.error in _WILL_NOT_MEND
            if self.problem is None and (will_not_mend or self._in_a_row >= MOST_IN_A_ROW):
                why = (
                    "no request can succeed" if will_not_mend else f"{MOST_IN_A_ROW} requests in a row failed"
                )
                self.problem = f"{self._endpoint} was given up, since {why}: {measurement.message}"

"""Recordings of any length: cut into pieces, each sent by itself, and what came of it kept in order."""

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any

from components.audio import Clip, Samples
from components.contract import SAMPLE_RATE
from components.endpoint_client.client import EndpointClient
from components.errors import (
    HOPELESS,
    EndpointNotReadyError,
    EndpointUnreachableError,
    ModelFailedError,
    PortalError,
    RequestTimedOutError,
    ThrottledError,
)
from components.long_transcript import HeardPiece, LongTranscript
from components.parameters import Parameters
from components.recording import Recording
from components.segmentation import LONGEST_PAUSE, Piece, pieces
from components.workers import parallel

MOST_AT_ONCE = 16

MAY_MEND = (
    EndpointNotReadyError,
    EndpointUnreachableError,
    ModelFailedError,
    RequestTimedOutError,
    ThrottledError,
)
_PAUSES = (1.0, 4.0)
"""Seconds before a failed piece is sent again, beyond what boto3 has tried."""
_LOOK_ON = 30.0
"""Seconds of a cancelled recording in which it is looked whether anything more is said at all."""
_MOST_FAILED = 3
"""Pieces in a row; an endpoint that fails at these is given up, and what follows is not sent."""


@dataclass(frozen=True, eq=False)
class LongRequest:
    """What is to be transcribed and how. `at_once` pieces are under way at the same time.

    `known` are pieces of an earlier try with the same recording: those that were answered are not sent again. Both
    tries must have the same `longest_pause`: one of so many seconds always ends a piece.
    """

    recording: Recording
    parameters: Parameters = field(default_factory=dict)
    at_once: int = 1
    known: Sequence[HeardPiece] = ()
    longest_pause: float = LONGEST_PAUSE


class LongTranscription:
    """One way through a recording with one endpoint; `transcript` is what is known by now, for any thread."""

    def __init__(self, client: EndpointClient, request: LongRequest) -> None:
        self._client = client
        self._request = request
        self._before = {piece.start: piece for piece in request.known}
        self._heard: dict[float, HeardPiece] = {}
        self._problem: PortalError | None = None
        self._breakage: PortalError | None = None
        self._is_read = self._is_through = False
        self._ended: str | None = None
        self._read, self._most = 0.0, math.inf
        self._failed_in_a_row = 0

    @property
    def transcript(self) -> LongTranscript:
        """What has been heard until now."""
        # What was known before stays until this try has come to it.
        heard = self._before | self._heard.copy()
        return LongTranscript(
            self._request.recording.name,
            self._client.endpoint_name,
            self._request.parameters,
            max([self._read, *(piece.end for piece in heard.values())]),
            tuple(heard[start] for start in sorted(heard)),
            self._unsent(),
        )

    @property
    def heard_until(self) -> float:
        """Up to which second of the recording something has been heard."""
        return max((piece.end for piece in self._heard.copy().values()), default=0.0)

    def _unsent(self) -> str | None:
        if self._is_through or self._ended is None:
            return None
        return self._ended

    def carry_out(self, cancelled: Event) -> Iterator[list[HeardPiece]]:
        """Yields what has been heard since the last time; at least every two seconds, and then it may be nothing.

        Once `cancelled` is set nothing more is sent; what is on its way is waited for. A piece that fails is sent
        again by itself, and in the end left out. What can't mend by itself, or three failed pieces in a row, end it:
        `transcript.unsent` says why.

        Raises:
            PortalError: the recording can't be read (any further), or the container would refuse the parameters.
        """
        self._client.check(self._request.parameters)
        self._ended = "It was interrupted."
        with closing(self._blocks(cancelled)) as blocks:
            found = pieces(blocks, self._request.longest_pause)
            tasks = self._tasks(found, cancelled)
            with closing(parallel(tasks, self._request.at_once, cancelled)) as outcomes:
                for heard in outcomes:
                    self._heard |= {piece.start: piece for piece in heard}
                    yield heard
            if not self._problem and next(found, None) is None and self._is_read:
                self._is_through = True  # however late it was cancelled
        if self._breakage:
            raise self._breakage
        self._ended = str(self._problem) if self._problem else "It was cancelled."
        if self._is_through:
            self._before = {}

    def _blocks(self, cancelled: Event) -> Generator[Samples]:
        try:
            for block in self._request.recording.blocks():
                if cancelled.is_set():
                    self._most = min(self._most, self._read + _LOOK_ON)
                if self._read > self._most:
                    return
                yield block
                self._read += len(block) / SAMPLE_RATE
            self._is_read = True
        except PortalError as error:
            # What has come until then is sent before it is told.
            self._breakage = error
            self._ended = "It could not be read any further."

    def _tasks(self, found: Iterator[Piece], cancelled: Event) -> Iterator[Callable[[], HeardPiece]]:
        for piece in found:
            if self._problem:
                return
            known = self._before.get(piece.start)
            # Where reading broke off, the piece there was shorter.
            is_heard = known is not None and known.error is None and known.end == piece.end
            yield partial(_same, known) if known and is_heard else partial(self._hear, piece, cancelled)
        self._is_through = self._is_read

    def _hear(self, piece: Piece, cancelled: Event) -> HeardPiece:
        clip = Clip(piece.samples, self._request.recording.name, self._request.recording.source)
        for tries, pause in enumerate((*_PAUSES, None), 1):
            try:
                heard = self._client.transcribe(clip, self._request.parameters)
            except PortalError as error:
                if pause is None or not isinstance(error, MAY_MEND) or cancelled.wait(pause):
                    self._count_failure(error)
                    return _outcome(piece, error=str(error), tries=tries)
            else:
                self._failed_in_a_row = 0
                return _outcome(piece, text=heard.text, request_seconds=heard.request_seconds, tries=tries)
        raise AssertionError  # the last try has no pause after it

    def _count_failure(self, error: PortalError) -> None:
        self._failed_in_a_row += 1
        if isinstance(error, HOPELESS) or self._failed_in_a_row >= _MOST_FAILED:
            self._problem = error


def _same(known: HeardPiece) -> HeardPiece:
    return known


def _outcome(piece: Piece, **what: Any) -> HeardPiece:  # noqa: ANN401 - fields of HeardPiece
    return HeardPiece(piece.start, piece.end, piece.speech, piece.shared, **what)

"""Recordings of any length: cut into pieces, each sent by itself, and what came of it kept in order."""

import math
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event
from typing import Any

from components.audio.decoding import Clip, Samples
from components.audio.recording import Recording
from components.audio.segmentation import LONGEST_PAUSE, Piece, pieces
from components.core.errors import (
    HOPELESS,
    EndpointNotFoundError,
    EndpointNotReadyError,
    EndpointUnreachableError,
    ModelFailedError,
    PortalError,
    RequestTimedOutError,
    ThrottledError,
)
from components.core.parallel import parallel
from components.endpoint_client.client import EndpointClient
from components.targets.target import LOCAL_REGION, Target
from components.transcript.long_transcript import HeardPiece, LongTranscript
from components.whisper.contract import SAMPLE_RATE
from components.whisper.parameters import Parameters

AGAINST_LOOPS: Parameters = {"no_repeat_ngram_size": 3}
"""With these a decoder can't be caught in a loop: no three tokens come twice. They change other words, too, so that
they are for a second try."""


@dataclass(frozen=True, eq=False)
class LongRequest:
    """What is to be transcribed and how. `at_once` pieces are under way at the same time.

    `earlier` is what came of an earlier try with the same recording: pieces that were answered are not sent again. With
    `against_loops` a piece that repeats itself is sent once more, with AGAINST_LOOPS beyond the parameters; of an
    earlier try nothing else is sent then. A pause of `longest_pause` seconds always ends a piece; both tries must have
    the same.
    """

    recording: Recording
    parameters: Parameters = field(default_factory=dict)
    at_once: int = 1
    earlier: LongTranscript | None = None
    against_loops: bool = False
    longest_pause: float = LONGEST_PAUSE


def may_end_loops(parameters: Parameters) -> bool:
    """Whether AGAINST_LOOPS would be anything new."""
    return not parameters.keys() & AGAINST_LOOPS.keys()


def usual_at_once(target: Target) -> int:
    """How many pieces are under way at once unless somebody chooses.

    On this computer as many as two processor cores have use for: one waits, so that neither is idle between two. An
    instance on AWS answers one request at a time.
    """
    return 3 if target.region == LOCAL_REGION else 1


MOST_AT_ONCE = 16

MAY_MEND = (
    EndpointNotFoundError,
    EndpointNotReadyError,
    EndpointUnreachableError,
    ModelFailedError,
    RequestTimedOutError,
    ThrottledError,
)
_WORTH_A_TRY = (*MAY_MEND, EndpointNotFoundError)
"""SageMaker calls an endpoint so that is being created, as that on this computer is for some seconds after a crash."""
_PAUSES = (1.0, 4.0)
"""Seconds before a failed piece is sent again, beyond what boto3 has tried."""
_LOOK_ON = 30.0
"""Seconds of a cancelled recording in which it is looked whether anything more is said at all."""
_MOST_FAILED = 3
"""Pieces in a row; an endpoint that fails at these is given up, and what follows is not sent."""


class LongTranscription:
    """One way through a recording with one endpoint; `transcript` is what is known by now, for any thread."""

    def __init__(self, client: EndpointClient, request: LongRequest) -> None:
        self._client = client
        self._request = request
        earlier = request.earlier
        self._before = {piece.start: piece for piece in earlier.pieces} if earlier else {}
        self._heard: dict[float, HeardPiece] = {}
        self._problem: PortalError | None = None
        self._breakage: PortalError | None = None
        self._is_read = self._is_through = self._leaves_rest = False
        self._ended: str | None = None
        self._read, self._most = 0.0, math.inf
        self._failed_in_a_row = 0

    @property
    def transcript(self) -> LongTranscript:
        """What has been heard until now."""
        # What was known before stays until this try has come to it.
        heard = self._before | self._heard.copy()
        earlier, recording = self._request.earlier, self._request.recording
        ends = [piece.end for piece in heard.values()]
        return LongTranscript(
            recording.name,
            self._client.endpoint_name,
            self._request.parameters,
            max([self._read, earlier.seconds if earlier else 0.0, *ends]),
            tuple(heard[start] for start in sorted(heard)),
            None if self._is_through else self._ended,
            self._unsent_from(max(ends, default=0.0)),
            recording.seconds,
            self._promised(),
        )

    @property
    def heard_until(self) -> float:
        """Up to which second of the recording everything has been heard."""
        if self._is_through:
            return self._read
        return max((piece.end for piece in self._heard.copy().values()), default=0.0)

    def _unsent_from(self, end: float) -> float | None:
        earlier = self._request.earlier
        if self._is_through or self._ended is None or (earlier and earlier.unsent_from is None):
            return None
        return end

    def _promised(self) -> float | None:
        """What the header promises, where the file ends before."""
        if not self._is_read:
            return self._request.earlier.promised if self._request.earlier else None
        return self._request.recording.ends_early(self._read)

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
            is_stopped = self._problem is not None or self._leaves_rest
            if not is_stopped and next(found, None) is None and self._is_read:
                self._is_through = True  # however late it was cancelled
        if self._breakage:
            raise self._breakage
        self._ended = str(self._problem) if self._problem else self._why_not_through(cancelled)
        if self._is_through:
            self._before = {}

    def _why_not_through(self, cancelled: Event) -> str | None:
        earlier = self._request.earlier
        # Where only loops are sent again, what was not sent before still is not.
        return earlier.unsent if earlier and not cancelled.is_set() else "It was cancelled."

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
            known = self._known(piece)
            if known is None and self._sends_only_loops:
                self._leaves_rest = True
                return
            yield partial(self._come_to, piece, known, cancelled)
        self._is_through = self._is_read

    @property
    def _sends_only_loops(self) -> bool:
        return self._request.against_loops and self._request.earlier is not None

    def _known(self, piece: Piece) -> HeardPiece | None:
        """What an earlier try has heard in it, or its gap where only loops are sent again."""
        known = self._before.get(piece.start)
        # Where reading broke off, the piece there was shorter.
        if known is None or known.end != piece.end:
            return None
        return known if known.error is None or self._sends_only_loops else None

    def _come_to(self, piece: Piece, known: HeardPiece | None, cancelled: Event) -> HeardPiece:
        heard = known or self._hear(piece, self._request.parameters, cancelled)
        if not self._request.against_loops or not heard.is_loop or cancelled.is_set():
            return heard
        again = self._hear(piece, {**self._request.parameters, **AGAINST_LOOPS}, cancelled)
        tries = heard.tries + again.tries
        if again.error is None and not again.is_loop:
            return replace(again, tries=tries, further=AGAINST_LOOPS)
        told = ", ".join(f"{name} {value}" for name, value in AGAINST_LOOPS.items())
        why = f"failed: {again.error}" if again.error else "repeats itself as well"
        return replace(heard, tries=tries, in_vain=f"another try with {told} {why}")

    def _hear(self, piece: Piece, parameters: Parameters, cancelled: Event) -> HeardPiece:
        def told(_place: int) -> None:
            if cancelled.is_set():
                raise PortalError(
                    "It was cancelled while it waited in the queue.", "Have it transcribed again."
                )

        clip = Clip(piece.samples, self._request.recording.name, self._request.recording.source)
        for tries, pause in enumerate((*_PAUSES, None), 1):
            try:
                heard = self._client.transcribe(clip, parameters, told)
            except PortalError as error:
                if pause is None or not isinstance(error, _WORTH_A_TRY) or cancelled.wait(pause):
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


def _outcome(piece: Piece, **what: Any) -> HeardPiece:  # noqa: ANN401 - fields of HeardPiece
    return HeardPiece(piece.start, piece.end, piece.speech, piece.shared, **what)

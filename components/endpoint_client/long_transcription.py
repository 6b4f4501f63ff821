"""Recordings of any length: cut into chunks, each sent by itself, and what came of it kept in order."""

import math
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import count
from threading import Event

from components.audio.decoding import Clip, Samples
from components.audio.segmentation import Chunk, chunks
from components.core.errors import PortalError
from components.core.parallel import parallel
from components.endpoint_client.client import EndpointClient
from components.endpoint_client.long_request import AGAINST_LOOPS, LongRequest
from components.endpoint_client.retry import LONG_RECORDING
from components.transcript.long_transcript import ChunkResult, LongTranscript
from components.whisper.contract import SAMPLE_RATE
from components.whisper.parameters import Parameters

_LOOK_ON = 30.0
"""Seconds of a cancelled recording in which it is looked whether anything more is said at all."""


class LongTranscription:
    """One way through a recording with one endpoint; `transcript` is what is known by now, for any thread."""

    def __init__(self, client: EndpointClient, request: LongRequest) -> None:
        self._client = client
        self._request = request
        earlier = request.earlier
        self._before = {chunk.start: chunk for chunk in earlier.chunks} if earlier else {}
        self._heard: dict[float, ChunkResult] = {}
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
        ends = [chunk.end for chunk in heard.values()]
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
            earlier.lost_seconds if earlier else 0.0,
        )

    @property
    def heard_until(self) -> float:
        """Up to which second of the recording everything has been heard."""
        if self._is_through:
            return self._read
        return max((chunk.end for chunk in self._heard.copy().values()), default=0.0)

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

    def carry_out(self, cancelled: Event) -> Iterator[list[ChunkResult]]:
        """Yields what has been heard since the last time; at least every two seconds, and then it may be nothing.

        Once `cancelled` is set nothing more is sent; what is on its way is waited for. A chunk that fails is sent
        again by itself, and in the end left out. What can't mend by itself, or three failed chunks in a row, end it:
        `transcript.unsent` says why.

        Raises:
            PortalError: the recording can't be read (any further), or the container would refuse the parameters.
        """
        self._client.check(self._request.parameters)
        self._ended = "It was interrupted."
        with closing(self._blocks(cancelled)) as blocks:
            found = chunks(blocks, self._request.longest_pause)
            tasks = self._tasks(found, cancelled)
            with closing(parallel(tasks, self._request.at_once, cancelled)) as outcomes:
                for heard in outcomes:
                    self._heard |= {chunk.start: chunk for chunk in heard}
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

    def _tasks(self, found: Iterator[Chunk], cancelled: Event) -> Iterator[Callable[[], ChunkResult]]:
        for chunk in found:
            if self._problem:
                return
            known = self._known(chunk)
            if known is None and self._sends_only_loops:
                self._leaves_rest = True
                return
            yield partial(self._come_to, chunk, known, cancelled)
        self._is_through = self._is_read

    @property
    def _sends_only_loops(self) -> bool:
        return self._request.against_loops and self._request.earlier is not None

    def _known(self, chunk: Chunk) -> ChunkResult | None:
        """What an earlier try has heard in it, or its gap where only loops are sent again."""
        known = self._before.get(chunk.start)
        # Where reading broke off, the chunk there was shorter.
        if known is None or known.end != chunk.end:
            return None
        return known if known.error is None or self._sends_only_loops else None

    def _come_to(self, chunk: Chunk, known: ChunkResult | None, cancelled: Event) -> ChunkResult:
        heard = known or self._hear(chunk, self._request.parameters, cancelled)
        if not self._request.against_loops or not heard.is_loop or cancelled.is_set():
            return heard
        again = self._hear(chunk, {**self._request.parameters, **AGAINST_LOOPS}, cancelled)
        tries = heard.tries + again.tries
        if again.error is None and not again.is_loop:
            return replace(again, tries=tries, further=AGAINST_LOOPS)
        told = ", ".join(f"{name} {value}" for name, value in AGAINST_LOOPS.items())
        why = f"failed: {again.error}" if again.error else "repeats itself as well"
        return replace(heard, tries=tries, in_vain=f"another try with {told} {why}")

    def _hear(self, chunk: Chunk, parameters: Parameters, cancelled: Event) -> ChunkResult:
        def on_queue_position(_position: int) -> None:
            if cancelled.is_set():
                raise PortalError(
                    "It was cancelled while it waited in the queue.", "Have it transcribed again."
                )

        clip = Clip(chunk.samples, self._request.recording.name, self._request.recording.source)
        for tries in count(1):
            try:
                heard = self._client.transcribe(clip, parameters, on_queue_position)
            except PortalError as error:
                pause = LONG_RECORDING.pause(type(error), tries)
                if pause is None or cancelled.wait(pause):
                    self._count_failure(error)
                    return ChunkResult.of(chunk, error=str(error), tries=tries)
            else:
                self._failed_in_a_row = 0
                return ChunkResult.of(
                    chunk, text=heard.text, request_seconds=heard.request_seconds, tries=tries
                )
        raise AssertionError  # counting has no end

    def _count_failure(self, error: PortalError) -> None:
        self._failed_in_a_row += 1
        if LONG_RECORDING.opens_circuit(type(error), self._failed_in_a_row):
            self._problem = error

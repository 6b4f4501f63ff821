"""Sends utterances to the endpoint, one after another, and what is not finished yet while none waits."""

import time
from collections import deque
from dataclasses import dataclass, replace
from itertools import count
from threading import Condition

from components.audio.decoding import Clip
from components.audio.segmentation import Chunk
from components.core.background_work import CancellableWork
from components.core.errors import (
    PortalError,
)
from components.endpoint_client.request_queue import OnQueuePosition
from components.endpoint_client.retry import LIVE_SESSION
from components.live.utterances import SpokenUtterance, TranscribeSettings, UtteranceResult
from components.transcript.long_transcript import ChunkResult

CLIP = "microphone.wav"
_BETWEEN_PARTIALS = 1.0
_LEAST_PARTIAL = 0.6
"""Seconds of speech: of less Whisper makes up what might come."""
_MOST_WAITING = 120.0
"""Seconds of speech that wait for an endpoint that does not answer; then the oldest are given up."""
_MOST_DELAYS = 100
_LOOK = 0.1


@dataclass(frozen=True)
class _Answer:
    """What came of one request; `problem` says why there is no text."""

    heard: ChunkResult
    settings: TranscribeSettings
    problem: PortalError | None = None


class _GivenWay(Exception):  # noqa: N818 - nothing failed
    """What is not finished leaves its place in the queue to an utterance."""


class Sender(CancellableWork):
    """Has utterances transcribed as `settings` says when their turn comes.

    `result` is what has come of them. Cancelled it still sends what waits, until it fails.
    """

    def __init__(self, settings: TranscribeSettings) -> None:
        self.settings = settings
        self._asked = settings
        self.result = UtteranceResult()
        self.is_sending = False
        self._problem: PortalError | None = None
        self._partial_problem: PortalError | None = None
        self._unfinished: tuple[Chunk | None, bool] = (None, False)
        self._waiting: deque[SpokenUtterance] = deque()
        self._news = Condition()
        self._next_partial = 0.0
        self._last: _Answer | None = None
        super().__init__("transcribing what is spoken")

    def add(self, utterance: SpokenUtterance) -> None:
        """Takes the next one; it returns at once."""
        with self._news:
            self._waiting.append(utterance)
            self._news.notify()

    def look_at(self, unfinished: Chunk | None, *, is_pausing: bool) -> None:
        """What is being said. In a pause it may be a whole utterance, and if it was, its text stands."""
        self._unfinished = (unfinished, is_pausing)

    def cancel(self) -> None:
        """Has it end when what waits has been tried."""
        super().cancel()
        with self._news:
            self._news.notify()

    def give_up(self) -> None:
        """Makes gaps of what still waits; to be called when it has ended."""
        why = str(self.problem or "It was not sent.")
        while self._waiting:
            chunk = self._waiting.popleft().chunk
            self._commit(_Answer(_outcome(chunk, error=why), self.settings), None)

    @property
    def problem(self) -> PortalError | None:
        """Why the endpoint does not answer; None when it does again, or when nobody says anything it should hear."""
        return self._problem or self._partial_problem

    @property
    def queue_position(self) -> int | None:
        """Which place in the queue its request has; None where none waits."""
        # Meanwhile it may be known how to ask next, which is with another client.
        return self._asked.client.queue_position

    @property
    def is_in_speech(self) -> bool:
        """Whether somebody is speaking."""
        unfinished, is_pausing = self._unfinished
        return unfinished is not None and not is_pausing

    @property
    def is_stuck(self) -> bool:
        """Whether what is said waits for an endpoint that may come back."""
        return isinstance(self.problem, LIVE_SESSION.retriable)

    def _carry_out(self) -> None:
        while not (self.is_cancelled and self._is_gone):
            with self._news:
                if not self._waiting and not self.is_cancelled:
                    self._news.wait(_LOOK)
                utterance = self._waiting[0] if self._waiting else None
            if utterance:
                answer = self._known(utterance.chunk) or self._tried(utterance.chunk)
                self._commit(answer, time.monotonic() - utterance.ended_at)
                with self._news:
                    self._waiting.popleft()
            elif self.is_cancelled:
                return
            else:
                self._renew_partial()

    def _tried(self, chunk: Chunk) -> _Answer:
        """Waits for the endpoint where it is gone for a while, unless too much waits then."""
        for tries in count(1):
            answer = self._ask(chunk)
            self._problem, self._partial_problem = answer.problem, None
            pause = LIVE_SESSION.pause(type(answer.problem), tries) if answer.problem else None
            if pause is None or self._must_give_up():
                return answer
            self._cancelled.wait(pause)
        raise AssertionError  # counting has no end

    def _must_give_up(self) -> bool:
        with self._news:
            return self.is_cancelled or sum(u.seconds for u in self._waiting) > _MOST_WAITING

    @property
    def _is_gone(self) -> bool:
        return isinstance(self.problem, LIVE_SESSION.waits_for)

    def _commit(self, answer: _Answer, delay: float | None) -> None:
        """Tells all that it changes at once: whoever looks never finds a text twice, or not at all."""
        before, name = self.result, answer.settings.client.endpoint_name
        delays = before.delays
        if delay is not None and answer.heard.error is None:
            delays = (*delays, delay)[-_MOST_DELAYS:]
        self.result = UtteranceResult(
            (*before.chunks, answer.heard),
            "",
            delays,
            before.endpoints if name in before.endpoints else (*before.endpoints, name),
            answer.settings.parameters,
        )

    def _renew_partial(self) -> None:
        chunk, is_pausing = self._unfinished
        if not self.settings.with_partials and self.result.partial:
            self.result = replace(self.result, partial="")
        if chunk is None:
            self._partial_problem = None
        if chunk is None or not self.settings.with_partials or self._is_last(chunk):
            return
        if is_pausing or (time.monotonic() >= self._next_partial and _is_enough(chunk)):
            began = time.monotonic()
            try:
                self._last = self._ask(chunk, self._give_way)
            except _GivenWay:
                return
            self._partial_problem = self._last.problem
            if not self._last.problem:
                self._problem = None
                self.result = replace(self.result, partial=self._last.heard.text or self.result.partial)
            # Half of the time at least the endpoint is free for what has ended.
            took = time.monotonic() - began
            self._next_partial = began + max(_BETWEEN_PARTIALS, 2 * took)

    def _known(self, chunk: Chunk) -> _Answer | None:
        """What was heard in the very same chunk just before, with whatever was asked for then."""
        return self._last if self._last and not self._last.problem and self._is_last(chunk) else None

    def _is_last(self, chunk: Chunk) -> bool:
        last = self._last.heard if self._last else None
        return last is not None and (last.start, last.end) == (chunk.start, chunk.end)

    def _give_way(self, _place: int) -> None:
        if self._waiting or self.is_cancelled:
            raise _GivenWay

    def _ask(self, chunk: Chunk, on_queue_position: OnQueuePosition | None = None) -> _Answer:
        settings = self._asked = self.settings
        self.is_sending = True
        try:
            found = settings.client.transcribe(
                Clip(chunk.samples, CLIP, ""), settings.parameters, on_queue_position
            )
        except PortalError as error:
            return _Answer(_outcome(chunk, error=str(error)), settings, error)
        finally:
            self.is_sending = False
        return _Answer(_outcome(chunk, text=found.text, request_seconds=found.request_seconds), settings)


def _is_enough(chunk: Chunk) -> bool:
    return sum(end - begin for begin, end in chunk.speech) >= _LEAST_PARTIAL


def _outcome(
    chunk: Chunk, text: str = "", error: str | None = None, request_seconds: float = 0.0
) -> ChunkResult:
    return ChunkResult(
        chunk.start, chunk.end, chunk.speech, chunk.shared, text, error, request_seconds=request_seconds
    )

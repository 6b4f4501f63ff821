"""Sends utterances to the endpoint, one after another, and the unfinished one while no other waits."""

import time
from collections import deque
from dataclasses import dataclass, replace
from itertools import count
from threading import Condition

from components.audio.decoding import Clip
from components.audio.segmentation import Chunk
from components.core.background_work import CancellableWork
from components.core.errors import PortalError
from components.endpoint_client.request_queue import OnQueuePosition, WithdrawnError
from components.endpoint_client.retry import LIVE_SESSION
from components.live.utterances import SpokenUtterance, TranscribeSettings, UtteranceResult
from components.transcript.long_transcript import ChunkResult

CLIP = "microphone.wav"
_BETWEEN_PARTIALS = 1.0
_LEAST_PARTIAL = 0.6
"""Seconds of speech: from less Whisper makes up what might follow."""
_MOST_WAITING = 120.0
"""Seconds of speech that wait for an endpoint that does not answer; then the oldest are given up."""
_MOST_DELAYS = 100
_POLL = 0.1


@dataclass(frozen=True)
class _Answer:
    """The outcome of one request; `problem` says why there is no text."""

    chunk: ChunkResult
    settings: TranscribeSettings
    problem: PortalError | None = None


class Sender(CancellableWork):
    """Has each utterance transcribed with the `settings` of the moment at which it is sent.

    `result` is what came of them. After `cancel` it still sends what waits, until a request fails.
    """

    def __init__(self, settings: TranscribeSettings) -> None:
        self.settings = settings
        self._sent_with = settings
        self.result = UtteranceResult()
        self.is_sending = False
        self._problem: PortalError | None = None
        self._partial_problem: PortalError | None = None
        self._unfinished: tuple[Chunk | None, bool] = (None, False)
        self._waiting: deque[SpokenUtterance] = deque()
        self._changed = Condition()
        self._next_partial = 0.0
        self._last_partial: _Answer | None = None
        super().__init__("transcribing live audio")

    def add(self, utterance: SpokenUtterance) -> None:
        """Takes the next one; it returns at once."""
        with self._changed:
            self._waiting.append(utterance)
            self._changed.notify()

    def update_unfinished(self, chunk: Chunk | None, *, is_pausing: bool) -> None:
        """Sets what is being said. In a pause it may be a whole utterance, and then its partial text is kept."""
        self._unfinished = (chunk, is_pausing)

    def cancel(self) -> None:
        """Ends it after a try of what waits."""
        super().cancel()
        with self._changed:
            self._changed.notify()

    def give_up(self) -> None:
        """Makes gaps of what still waits; for when it has ended."""
        why = str(self.problem or "It was not sent.")
        while self._waiting:
            chunk = self._waiting.popleft().chunk
            self._commit(_Answer(ChunkResult.of(chunk, error=why), self.settings), None)

    @property
    def problem(self) -> PortalError | None:
        """Why the endpoint does not answer; None once it does again, or when there is nothing to send."""
        return self._problem or self._partial_problem

    @property
    def queue_position(self) -> int | None:
        """The position of its request in the endpoint's queue; None where none waits."""
        # The next request may be another client's already.
        return self._sent_with.client.queue_position

    @property
    def is_in_speech(self) -> bool:
        """Whether somebody is speaking."""
        chunk, is_pausing = self._unfinished
        return chunk is not None and not is_pausing

    @property
    def is_stuck(self) -> bool:
        """Whether utterances wait for an endpoint that may come back."""
        return isinstance(self.problem, LIVE_SESSION.retriable)

    def _carry_out(self) -> None:
        while not (self.is_cancelled and self._is_away):
            with self._changed:
                if not self._waiting and not self.is_cancelled:
                    self._changed.wait(_POLL)
                utterance = self._waiting[0] if self._waiting else None
            if utterance:
                answer = self._reusable(utterance.chunk) or self._send_with_retries(utterance.chunk)
                self._commit(answer, time.monotonic() - utterance.ended_at)
                with self._changed:
                    self._waiting.popleft()
            elif self.is_cancelled:
                return
            else:
                self._update_partial()

    def _send_with_retries(self, chunk: Chunk) -> _Answer:
        """Waits for an endpoint that is away, unless too much waits then."""
        for tries in count(1):
            answer = self._send(chunk)
            self._problem, self._partial_problem = answer.problem, None
            pause = LIVE_SESSION.pause(type(answer.problem), tries) if answer.problem else None
            if pause is None or self._must_give_up():
                return answer
            self._cancelled.wait(pause)
        raise AssertionError  # counting has no end

    def _must_give_up(self) -> bool:
        with self._changed:
            waiting = sum(utterance.chunk.end - utterance.chunk.start for utterance in self._waiting)
            return self.is_cancelled or waiting > _MOST_WAITING

    @property
    def _is_away(self) -> bool:
        return isinstance(self.problem, LIVE_SESSION.waits_for)

    def _commit(self, answer: _Answer, delay: float | None) -> None:
        """Replaces `result` at once: no reader sees a text twice, or not at all."""
        before, name = self.result, answer.settings.client.endpoint_name
        delays = before.delays
        if delay is not None and answer.chunk.error is None:
            delays = (*delays, delay)[-_MOST_DELAYS:]
        self.result = UtteranceResult(
            (*before.chunks, answer.chunk),
            "",
            delays,
            before.endpoints if name in before.endpoints else (*before.endpoints, name),
            answer.settings.parameters,
        )

    def _update_partial(self) -> None:
        chunk, is_pausing = self._unfinished
        if not self.settings.with_partials and self.result.partial:
            self.result = replace(self.result, partial="")
        if chunk is None:
            self._partial_problem = None
        if chunk is None or not self.settings.with_partials or self._is_last_partial(chunk):
            return
        if is_pausing or (time.monotonic() >= self._next_partial and _is_enough(chunk)):
            began = time.monotonic()
            try:
                self._last_partial = self._send(chunk, self._preempt)
            except WithdrawnError:
                return
            self._partial_problem = self._last_partial.problem
            if not self._last_partial.problem:
                self._problem = None
                text = self._last_partial.chunk.text or self.result.partial
                self.result = replace(self.result, partial=text)
            # At least half of the time the endpoint is free for whole utterances.
            took = time.monotonic() - began
            self._next_partial = began + max(_BETWEEN_PARTIALS, 2 * took)

    def _reusable(self, chunk: Chunk) -> _Answer | None:
        """The last partial answer where it was to this very chunk, whatever its settings."""
        last = self._last_partial
        return last if last and not last.problem and self._is_last_partial(chunk) else None

    def _is_last_partial(self, chunk: Chunk) -> bool:
        last = self._last_partial.chunk if self._last_partial else None
        return last is not None and (last.start, last.end) == (chunk.start, chunk.end)

    def _preempt(self, _position: int) -> None:
        # An utterance takes the unfinished one's position in the queue.
        if self._waiting or self.is_cancelled:
            raise WithdrawnError

    def _send(self, chunk: Chunk, on_queue_position: OnQueuePosition | None = None) -> _Answer:
        settings = self._sent_with = self.settings
        clip = Clip(chunk.samples, CLIP, "")
        self.is_sending = True
        try:
            found = settings.client.transcribe(clip, settings.parameters, on_queue_position)
        except PortalError as error:
            return _Answer(ChunkResult.of(chunk, error=str(error)), settings, error)
        finally:
            self.is_sending = False
        result = ChunkResult.of(chunk, text=found.text, request_seconds=found.request_seconds)
        return _Answer(result, settings)


def _is_enough(chunk: Chunk) -> bool:
    return sum(end - begin for begin, end in chunk.speech) >= _LEAST_PARTIAL

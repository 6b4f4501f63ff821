"""Sends utterances to the endpoint, one after another, and what is not finished yet while none waits."""

import time
from collections import deque
from threading import Condition

from components.audio import Clip
from components.background_work import CancellableWork
from components.endpoint_client.long import MAY_MEND
from components.errors import EndpointNotFoundError, PortalError
from components.live.utterances import Asking, Utterance
from components.long_transcript import HeardPiece
from components.segmentation import Piece

CLIP = "microphone.wav"
_MAY_COME_BACK = (*MAY_MEND, EndpointNotFoundError)
"""The last is what an endpoint is called that is still being created."""
_BETWEEN_PARTIALS = 1.0
_LEAST_PARTIAL = 0.6
"""Seconds of speech: of less Whisper makes up what might come."""
_BETWEEN_TRIES = 2.0
_MOST_WAITING = 120.0
"""Seconds of speech that wait for an endpoint that does not answer; then the oldest are given up."""
_MOST_DELAYS = 100
_LOOK = 0.1


class Sender(CancellableWork):
    """Has utterances transcribed as `asking` says when their turn comes.

    `heard` grows in their order and never changes otherwise. `partial` is the text of `unfinished`, which whoever
    listens sets; with `is_pausing` it may be a whole utterance, and if it was, its text stands. `problem` says why the
    endpoint does not answer; None when it does again. `delays` are the last ones from the end of speech to its text, in
    seconds. Cancelled it tries what waits once more and ends.
    """

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.unfinished: Piece | None = None
        self.is_pausing = False
        self.partial = ""
        self.problem: PortalError | None = None
        self.heard: tuple[HeardPiece, ...] = ()
        self.delays: deque[float] = deque(maxlen=_MOST_DELAYS)
        self.is_sending = False
        self._waiting: deque[Utterance] = deque()
        self._news = Condition()
        self._next_partial = 0.0
        self._last: HeardPiece | None = None
        super().__init__("transcribing what is spoken")

    def add(self, utterance: Utterance) -> None:
        """Takes the next one; it returns at once."""
        with self._news:
            self._waiting.append(utterance)
            self._news.notify()

    def cancel(self) -> None:
        """Has it end when what waits has been tried."""
        super().cancel()
        with self._news:
            self._news.notify()

    @property
    def is_stuck(self) -> bool:
        """Whether what is said waits for an endpoint that may come back."""
        return isinstance(self.problem, _MAY_COME_BACK)

    def _carry_out(self) -> None:
        while True:
            with self._news:
                if not self._waiting and not self.is_cancelled:
                    self._news.wait(_LOOK)
                utterance = self._waiting[0] if self._waiting else None
            if utterance:
                self._commit(utterance)
            elif self.is_cancelled:
                return
            else:
                self._renew_partial()

    def _commit(self, utterance: Utterance) -> None:
        """Waits for the endpoint where it is gone for a while, unless too much waits then."""
        while True:
            heard = self._known(utterance.piece) or self._heard(utterance.piece)
            if heard.error is None or not self.is_stuck or self._must_give_up():
                break
            self._cancelled.wait(_BETWEEN_TRIES)
        self.heard = (*self.heard, heard)
        self.partial = ""
        if heard.error is None:
            self.delays.append(time.monotonic() - utterance.ended_at)
        with self._news:
            self._waiting.popleft()

    def _must_give_up(self) -> bool:
        with self._news:
            return self.is_cancelled or sum(u.seconds for u in self._waiting) > _MOST_WAITING

    def _renew_partial(self) -> None:
        piece = self.unfinished
        if piece is None or not self.asking.with_partials or self._is_last(piece):
            return
        if self.is_pausing or (time.monotonic() >= self._next_partial and _is_enough(piece)):
            began = time.monotonic()
            self._last = self._heard(piece)
            self.partial = self._last.text or self.partial
            # Half of the time at least the endpoint is free for what has ended.
            took = time.monotonic() - began
            self._next_partial = began + max(_BETWEEN_PARTIALS, 2 * took)

    def _known(self, piece: Piece) -> HeardPiece | None:
        """What was heard in the very same piece just before, with whatever was asked for then."""
        return self._last if self._last and not self._last.error and self._is_last(piece) else None

    def _is_last(self, piece: Piece) -> bool:
        last = self._last
        return last is not None and (last.start, last.end) == (piece.start, piece.end)

    def _heard(self, piece: Piece) -> HeardPiece:
        clip = Clip(piece.samples, CLIP, "")
        self.is_sending = True
        try:
            found = self.asking.client.transcribe(clip, self.asking.parameters)
        except PortalError as error:
            self.problem = error
            return HeardPiece(piece.start, piece.end, piece.speech, piece.shared, error=str(error))
        finally:
            self.is_sending = False
        self.problem = None
        return HeardPiece(
            piece.start,
            piece.end,
            piece.speech,
            piece.shared,
            text=found.text,
            request_seconds=found.request_seconds,
        )


def _is_enough(piece: Piece) -> bool:
    return sum(end - begin for begin, end in piece.speech) >= _LEAST_PARTIAL

"""Speech that is transcribed while it is spoken."""

import time
from enum import Enum
from statistics import median
from uuid import uuid4

import av
import numpy as np

from components.audio import Samples
from components.background_work import BackgroundWork
from components.contract import SAMPLE_RATE
from components.errors import PortalError
from components.live.microphone import Microphone
from components.live.sender import CLIP, Sender
from components.live.tape import Tape
from components.live.utterances import PAUSE, Asking, Utterance
from components.long_transcript import LongTranscript
from components.recording import Recording
from components.segmentation import Cutter, Piece

_PAUSES = 0.2
"""Seconds of silence after which an utterance may have ended."""
_SILENCE = -90.0
"""dBFS: no sound at all, the last of sixteen bits."""


class State(Enum):
    """What a talk does; the value is what the screen says."""

    LISTENING = "Listening"
    SPEECH = "Speech"
    TRANSCRIBING = "Transcribing"
    ENDED = "Ended"


class Talk(BackgroundWork):
    """One talk from its first frame to its last. It may be looked at from any thread.

    It hears in a thread of its own, and sends in another; both end soon after `end`, or when no frame has come for a
    few seconds. `level` is that of the last moment, in dBFS. `tape` keeps what was said.
    """

    def __init__(self, asking: Asking) -> None:
        self.id = uuid4().hex[:12]
        self.level = _SILENCE
        self.tape = Tape()
        self._seconds = 0.0
        self._transcript: LongTranscript | None = None
        self._microphone = Microphone()
        self._sender = Sender(asking)
        super().__init__("listening")

    def push(self, frame: av.AudioFrame) -> None:
        """Takes a frame of any format, in order; it returns at once."""
        self._microphone.push(frame)

    def end(self) -> None:
        """Says that no more frames come; what was said is still transcribed."""
        self._microphone.end()

    def ask(self, asking: Asking) -> None:
        """Has utterances transcribed so from the next one on."""
        self._sender.asking = asking

    @property
    def recordings(self) -> list[Recording]:
        """None that takes memory: what was said is on the disk."""
        return []

    @property
    def state(self) -> State:
        """What it does."""
        if not self.is_running:
            return State.ENDED
        if self._sender.unfinished and not self._sender.is_pausing:
            return State.SPEECH
        return State.TRANSCRIBING if self._sender.is_sending else State.LISTENING

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return self._seconds

    @property
    def transcript(self) -> LongTranscript:
        """What has been heard until now; it only grows."""
        asking, heard = self._sender.asking, self._sender.heard
        # It is looked at often, and working its sentences out takes the longer the more there are.
        known = self._transcript
        is_last = not self.is_running
        if known is None or known.pieces is not heard or (is_last and known.seconds != self._seconds):
            known = self._transcript = LongTranscript(
                CLIP, asking.client.endpoint_name, asking.parameters, self._seconds, heard
            )
        return known

    @property
    def partial(self) -> str:
        """What is being said, as far as that can be told before it has ended."""
        return self._sender.partial if self.is_running else ""

    @property
    def problem(self) -> PortalError | None:
        """Why nothing is transcribed at the moment."""
        return self.error or self._sender.problem

    @property
    def is_stuck(self) -> bool:
        """Whether what is said waits for an endpoint that may come back."""
        return self.is_running and self._sender.is_stuck

    @property
    def last_delay(self) -> float | None:
        """Seconds from the end of the last utterance's speech to its text."""
        delays = list(self._sender.delays)
        return delays[-1] if delays else None

    @property
    def median_delay(self) -> float | None:
        """The median of the last hundred."""
        delays = list(self._sender.delays)
        return median(delays) if delays else None

    def _carry_out(self) -> None:
        cutter = Cutter(PAUSE)
        try:
            for block in self._microphone.blocks():
                self._hear(block, cutter)
            self._say(cutter.end())
        finally:
            self._sender.unfinished = None
            self._sender.cancel()
            self._sender.wait()
            self.level = _SILENCE

    def _hear(self, block: Samples, cutter: Cutter) -> None:
        if self._sender.error:
            raise self._sender.error
        self.tape.add(block)
        self._seconds += len(block) / SAMPLE_RATE
        self.level = _level(block)
        self._say(cutter.hear(block))
        going_on = cutter.unfinished
        self._sender.is_pausing = bool(going_on and self._seconds - going_on.speech[-1][1] >= _PAUSES)
        self._sender.unfinished = going_on

    def _say(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            # The last of the audio has just been spoken, the end of this speech some time before.
            ended = time.monotonic() - (self._seconds - piece.speech[-1][1])
            self._sender.add(Utterance(piece, ended))


def _level(block: Samples) -> float:
    if not len(block):
        return _SILENCE
    power = float(np.mean(np.square(block.astype(np.float64) / 32768)))
    return max(_SILENCE, 10 * float(np.log10(power))) if power else _SILENCE

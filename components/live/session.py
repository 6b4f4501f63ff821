"""Speech that is transcribed while it is spoken."""

from enum import Enum
from typing import ClassVar

import av
import numpy as np

from components.audio.decoding import Samples
from components.audio.recording import open_recording
from components.audio.segmentation import Chunk, Segmenter
from components.core.background_work import BackgroundWork, Retention
from components.core.errors import PortalError
from components.endpoint_client.jobs import TRANSCRIPTIONS, LongJob
from components.endpoint_client.long_request import LongRequest
from components.live.frame_queue import Block, Microphone
from components.live.recorder import Recorder
from components.live.sender import CLIP, Sender
from components.live.utterances import PAUSE, SpokenUtterance, TranscribeSettings, UtteranceResult
from components.transcript.long_transcript import LongTranscript
from components.whisper.contract import SAMPLE_RATE

_PAUSES = 0.2
"""Seconds of silence after which an utterance may have ended."""
_SILENCE = -90.0
"""dBFS: no sound at all, the last of sixteen bits."""


class State(Enum):
    """What a talk does; the value is what the screen says."""

    LISTENING = "Listening"
    SPEECH = "Speech"
    TRANSCRIBING = "Transcribing"
    INTERRUPTED = "Connection interrupted"
    ENDED = "Ended"


class LiveSession(BackgroundWork):
    """One talk from its first frame to its last. It may be looked at from any thread.

    It hears in a thread of its own, and sends in another; both end soon after `end`, or when no frame has come for a
    minute. `level` is that of the last moment, in dBFS. `recorder` keeps what was said. `is_listening` turns false when
    nothing that comes would be heard any more; what was said may still be on its way then.
    """

    retention: ClassVar[Retention] = TRANSCRIPTIONS

    def __init__(self, settings: TranscribeSettings) -> None:
        self.level = _SILENCE
        self.recorder = Recorder()
        self.is_listening = True
        self._seconds = 0.0
        self._is_interrupted = False
        self._transcript: tuple[object, LongTranscript] | None = None
        self._microphone = Microphone()
        self._sender = Sender(settings)
        super().__init__("listening")

    def push(self, frame: av.AudioFrame) -> None:
        """Takes a frame of any format, in order; it returns at once."""
        self._microphone.push(frame)

    def end(self) -> None:
        """Says that no more frames come; what was said is still transcribed."""
        self._microphone.end()

    def ask(self, settings: TranscribeSettings) -> None:
        """Has utterances transcribed so from the next one on that is sent."""
        self._sender.settings = settings

    @property
    def recordings(self) -> list[Recorder]:
        """What was said."""
        return [self.recorder]

    @property
    def is_hearing(self) -> bool:
        """Whether somebody is at the other end, as far as can be told."""
        return self.is_listening and not self._is_interrupted

    @property
    def was_cut_off(self) -> bool:
        """Whether it ended because nothing arrived any more, and not because somebody stopped it."""
        return not self.is_listening and self._is_interrupted

    @property
    def state(self) -> State:
        """What it does."""
        if not self.is_running:
            return State.ENDED
        if self._is_interrupted:
            return State.INTERRUPTED
        if self._sender.is_in_speech:
            return State.SPEECH
        return State.TRANSCRIBING if self._sender.is_sending else State.LISTENING

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return self._seconds

    @property
    def queue_position(self) -> int | None:
        """Which place in the queue its request has; None where none waits."""
        return self._sender.queue_position

    @property
    def result(self) -> UtteranceResult:
        """What has been heard until now."""
        return self._sender.result

    @property
    def transcript(self) -> LongTranscript:
        """All that is committed; it only grows."""
        return self.transcript_of(self.result)

    def transcript_of(self, result: UtteranceResult) -> LongTranscript:
        """What is committed of what was heard at one moment."""
        # It is looked at often, and working its sentences out takes the longer the more there are.
        state = (result.chunks, 0.0 if self.is_running else self._seconds, self.error)
        if self._transcript and self._transcript[0] == state:
            return self._transcript[1]
        found = LongTranscript(
            CLIP,
            ", ".join(result.endpoints) or self._sender.settings.client.endpoint_name,
            result.parameters,
            self._seconds,
            result.chunks,
            str(self.error) if self.error else None,
            max((chunk.end for chunk in result.chunks), default=0.0) if self.error else None,
        )
        self._transcript = (state, found)
        return found

    @property
    def problem(self) -> PortalError | None:
        """Why nothing is transcribed at the moment."""
        return self.error or self._sender.error or self._sender.problem

    @property
    def is_stuck(self) -> bool:
        """Whether what is said waits for an endpoint that may come back."""
        return self.is_listening and self._sender.is_stuck

    @property
    def is_worth_another_try(self) -> bool:
        """Whether it is over, and some of what was said failed."""
        return not self.is_running and bool(self.transcript.gaps)

    def again(self) -> LongJob:
        """Begins to transcribe what failed; the rest is kept."""
        settings = self._sender.settings
        recording = open_recording(self.recorder.wav(), CLIP)
        request = LongRequest(recording, settings.parameters, earlier=self.transcript, longest_pause=PAUSE)
        return LongJob(settings.client, request)

    def _carry_out(self) -> None:
        try:
            self._listen()
        finally:
            self.is_listening = False
            self.level = _SILENCE
            self._sender.look_at(None, is_pausing=False)
            self._sender.cancel()
            self._sender.wait()
            self._sender.give_up()
        if self._sender.error:
            raise self._sender.error

    def _listen(self) -> None:
        segmenter, came_at = Segmenter(PAUSE), 0.0
        try:
            for block in self._microphone.blocks():
                if self._sender.error:
                    return
                came_at = block.came_at
                self._hear(block, segmenter)
        finally:
            self._say(segmenter.end(), came_at)

    def _hear(self, block: Block, segmenter: Segmenter) -> None:
        self.recorder.add(block.samples)
        self._seconds += len(block.samples) / SAMPLE_RATE
        self._is_interrupted = block.is_break
        self.level = _level(block.samples)
        self._say(segmenter.add(block.samples), block.came_at)
        going_on = segmenter.unfinished
        is_pausing = bool(going_on and self._seconds - going_on.speech[-1][1] >= _PAUSES)
        self._sender.look_at(going_on, is_pausing=is_pausing)

    def _say(self, chunks: list[Chunk], came_at: float) -> None:
        for chunk in chunks:
            # The last of the audio came just then, the end of this speech some time before.
            ended = came_at - (self._seconds - chunk.speech[-1][1])
            self._sender.add(SpokenUtterance(chunk, ended))


def _level(block: Samples) -> float:
    if not len(block):
        return _SILENCE
    power = float(np.mean(np.square(block.astype(np.float64) / 32768)))
    return max(_SILENCE, 10 * float(np.log10(power))) if power else _SILENCE

"""Speech that is transcribed while it is spoken."""

from enum import Enum
from typing import ClassVar

import numpy as np

from components.audio.decoding import Samples
from components.audio.recording import open_recording
from components.audio.segmentation import Chunk, Segmenter
from components.core.background_work import BackgroundWork, Retention
from components.core.errors import PortalError
from components.endpoint_client.long_job import TRANSCRIPTIONS, LongJob
from components.endpoint_client.long_request import LongRequest
from components.live.frame_queue import Block, FrameQueue
from components.live.recorder import Recorder
from components.live.sender import CLIP, Sender
from components.live.utterances import PAUSE, SpokenUtterance, TranscribeSettings, UtteranceResult
from components.transcript.long_transcript import LongTranscript
from components.whisper.contract import SAMPLE_RATE

_SHORT_PAUSE = 0.2
"""Seconds of silence after which an utterance may have ended."""
_SILENCE = -90.0
"""dBFS: no sound at all, the last of sixteen bits."""


class State(Enum):
    """What a session does; the value is what the screen says."""

    LISTENING = "Listening"
    SPEECH = "Speech"
    TRANSCRIBING = "Transcribing"
    INTERRUPTED = "Connection interrupted"
    ENDED = "Ended"


class LiveSession(BackgroundWork):
    """Speech from its first frame to its last. Its properties may be read from any thread.

    It processes `frames` in a thread of its own and sends requests in another; both end soon after `frames.end`, or
    when no frame has arrived for a minute. `level` is that of the last block, in dBFS. `recorder` keeps the audio,
    `seconds` of it, with silence for the `lost_seconds` that never arrived. `is_listening` turns false when nothing
    that arrives is processed any more; requests may still be under way then.
    """

    retention: ClassVar[Retention] = TRANSCRIPTIONS

    def __init__(self, settings: TranscribeSettings, frames: FrameQueue | None = None) -> None:
        self.level = _SILENCE
        self.lost_seconds = 0.0
        self.recorder = Recorder()
        self.is_listening = True
        self.seconds = 0.0
        self._is_interrupted = False
        self._transcript: tuple[object, LongTranscript] | None = None
        self.frames = frames or FrameQueue()
        self._sender = Sender(settings)
        super().__init__("listening")

    def configure(self, settings: TranscribeSettings) -> None:
        """Sets how utterances are transcribed, from the next request on."""
        self._sender.settings = settings

    @property
    def recordings(self) -> list[Recorder]:
        """The audio of the session."""
        return [self.recorder]

    @property
    def is_connected(self) -> bool:
        """Whether audio arrives."""
        return self.is_listening and not self._is_interrupted

    @property
    def was_cut_off(self) -> bool:
        """Whether it ended because the connection was lost, and not because somebody stopped it."""
        return not self.is_listening and self._is_interrupted

    @property
    def state(self) -> State:
        """What it does at the moment."""
        if not self.is_running:
            return State.ENDED
        if self._is_interrupted:
            return State.INTERRUPTED
        if self._sender.is_in_speech:
            return State.SPEECH
        return State.TRANSCRIBING if self._sender.is_sending else State.LISTENING

    @property
    def queue_position(self) -> int | None:
        """The position of its request in the endpoint's queue; None where none waits."""
        return self._sender.queue_position

    @property
    def result(self) -> UtteranceResult:
        """What has been transcribed until now."""
        return self._sender.result

    @property
    def transcript(self) -> LongTranscript:
        """All committed text; it only grows."""
        return self.transcript_of(self.result)

    def transcript_of(self, result: UtteranceResult) -> LongTranscript:
        """The committed text of one moment."""
        # It is read often, and timing its sentences takes the longer the more there are.
        lost = round(self.lost_seconds, 1)
        state = (result.chunks, 0.0 if self.is_running else self.seconds, self.error, lost)
        if self._transcript and self._transcript[0] == state:
            return self._transcript[1]
        found = LongTranscript(
            CLIP,
            ", ".join(result.endpoints) or self._sender.settings.client.endpoint_name,
            result.parameters,
            self.seconds,
            result.chunks,
            str(self.error) if self.error else None,
            max((chunk.end for chunk in result.chunks), default=0.0) if self.error else None,
            lost_seconds=lost,
        )
        self._transcript = (state, found)
        return found

    @property
    def problem(self) -> PortalError | None:
        """Why nothing is transcribed at the moment."""
        return self.error or self._sender.error or self._sender.problem

    @property
    def is_stuck(self) -> bool:
        """Whether utterances wait for an endpoint that may come back."""
        return self.is_listening and self._sender.is_stuck

    @property
    def is_worth_another_try(self) -> bool:
        """Whether it is over, and some utterances failed."""
        return not self.is_running and bool(self.transcript.gaps)

    def again(self) -> LongJob:
        """Starts to transcribe what failed; the rest is kept."""
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
            self._sender.update_unfinished(None, is_pausing=False)
            self._sender.cancel()
            self._sender.wait()
            self._sender.give_up()
        if self._sender.error:
            raise self._sender.error

    def _listen(self) -> None:
        segmenter, received_at = Segmenter(PAUSE), 0.0
        try:
            for block in self.frames.blocks():
                if self._sender.error:
                    return
                received_at = block.received_at
                self._process(block, segmenter)
        finally:
            self._send(segmenter.end(), received_at)

    def _process(self, block: Block, segmenter: Segmenter) -> None:
        self.recorder.add(block.samples)
        self.seconds += len(block.samples) / SAMPLE_RATE
        self.lost_seconds += block.lost_seconds
        self._is_interrupted = block.is_interruption
        self.level = _level(block.samples)
        self._send(segmenter.add(block.samples), block.received_at)
        unfinished = segmenter.unfinished
        is_pausing = bool(unfinished and self.seconds - unfinished.speech[-1][1] >= _SHORT_PAUSE)
        self._sender.update_unfinished(unfinished, is_pausing=is_pausing)

    def _send(self, chunks: list[Chunk], received_at: float) -> None:
        for chunk in chunks:
            # The last of the audio was received then, the end of this speech some time before.
            ended_at = received_at - (self.seconds - chunk.speech[-1][1])
            self._sender.add(SpokenUtterance(chunk, ended_at))


def _level(block: Samples) -> float:
    """In dBFS, silence being -90."""
    if not len(block):
        return _SILENCE
    power = float(np.mean(np.square(block.astype(np.float64) / 32768)))
    return max(_SILENCE, 10 * float(np.log10(power))) if power else _SILENCE

"""An endpoint that answers as a test tells it, and a recording of four chunks."""

from collections.abc import Callable
from threading import Event, Lock

import numpy as np

from components.audio.decoding import Clip, Samples, read_clip
from components.audio.recording import Recording, open_recording
from components.endpoint_client import EndpointClient
from components.endpoint_client.long_transcription import LongTranscription
from components.endpoint_client.request_queue import OnQueuePosition
from components.targets.target import this_computer
from components.transcript.result import Transcript
from components.whisper.models import find_model
from components.whisper.parameters import Parameters
from tests.pages.driver import speech

SILENCE = np.zeros(4 * 16_000, np.int16)
Answer = Callable[[int], str]
"""What is heard in the chunk of that number; or raises."""


class Client(EndpointClient):
    """Hears in each chunk what the test says. `sent` has the number of the chunk for each request."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(this_computer("http://127.0.0.1:1"), "whisper-base", find_model("whisper-base"))
        self.answer = answer
        self.sent: list[int] = []
        self._lock = Lock()
        self._known: list[Samples] = []

    def transcribe(
        self,
        clip: Clip,
        parameters: Parameters | None = None,
        _on_queue_position: OnQueuePosition | None = None,
    ) -> Transcript:
        with self._lock:
            number = self._number(clip.samples)
            self.sent.append(number)
        text = self.answer(number)
        return Transcript((f" {text}",), clip.name, clip.seconds, 0.5, "whisper-base", parameters or {}, b"")

    def _number(self, samples: Samples) -> int:
        known = (n for n, known in enumerate(self._known) if np.array_equal(known, samples))
        number = next(known, len(self._known))
        if number == len(self._known):
            self._known.append(samples)
        return number


def carried_out(job: LongTranscription, cancelled: Event | None = None) -> LongTranscription:
    for _ in job.carry_out(cancelled or Event()):
        pass
    return job


def said(number: int) -> str:
    return f"Chunk {number}."


def talk() -> Recording:
    """Four clips with long silence between them, so that each is a chunk."""
    clips = [read_clip(speech(f"en/{name}.wav"), name).samples for name in ("hello_world", "quick_brown_fox")]
    # Another beginning of the silence makes each chunk its own.
    parts = [part for number in range(4) for part in (clips[number % 2], SILENCE[number * 700 :])]
    return open_recording(Clip(np.concatenate(parts), "talk.wav", "").wav(), "talk.wav")

"""What pressing Transcribe sends, and how it begins."""

from dataclasses import dataclass

import numpy as np

from components.audio.decoding import Clip
from components.audio.recording import Recording
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client.batch import Batch, SeveralFiles
from components.endpoint_client.clip_job import ClipJob
from components.endpoint_client.long_job import LongJob
from components.endpoint_client.long_request import LongRequest
from components.targets.target import Target
from components.whisper.parameters import Value
from components.widgets.endpoints.queued_client import queued_client
from components.widgets.playground import shown_work


@dataclass(frozen=True, eq=False)
class TranscriptionRequest:
    """This audio with these parameters to that endpoint."""

    target: Target
    endpoint: EndpointSummary
    audio: Clip | Recording | SeveralFiles
    parameters: dict[str, Value]
    at_once: int = 1

    @property
    def is_long(self) -> bool:
        """Whether it takes more than one request to an endpoint."""
        return not isinstance(self.audio, Clip)

    def has_input_of(self, job: ClipJob) -> bool:
        """Whether it has the same audio and parameters, wherever they go."""
        is_same_audio = isinstance(self.audio, Clip) and np.array_equal(self.audio.samples, job.clip.samples)
        return is_same_audio and self.parameters == job.parameters

    def is_that_of(self, job: ClipJob) -> bool:
        """Whether it is the same request to the same endpoint."""
        place = (job.client.target, job.client.endpoint_name)
        return place == (self.target, self.endpoint.name) and self.has_input_of(job)


def start(request: TranscriptionRequest) -> None:
    """Begins, and has this session look at it; a callback. Pressed twice it begins once."""
    if shown_work.is_busy():
        return
    client, audio = queued_client(request.target, request.endpoint), request.audio
    if isinstance(audio, Clip):
        shown_work.show(ClipJob(client, audio, request.parameters))
    elif isinstance(audio, SeveralFiles):
        shown_work.show(Batch(client, audio.requests(request.parameters, request.at_once)))
    else:
        shown_work.show(LongJob(client, LongRequest(audio, request.parameters, request.at_once)))

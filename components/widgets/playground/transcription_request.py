"""What the playground sends."""

from dataclasses import dataclass

import numpy as np

from components.audio.decoding import Clip
from components.audio.recording import Recording
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client.batch import SeveralFiles
from components.endpoint_client.clip_job import ClipJob
from components.targets.target import Target
from components.whisper.parameters import Value


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

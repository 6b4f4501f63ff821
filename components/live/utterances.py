"""What a talk is made of, and how it is asked for."""

from dataclasses import dataclass, field
from statistics import median

from components.audio.segmentation import Chunk
from components.endpoint_client import EndpointClient
from components.transcript.long_transcript import ChunkResult
from components.whisper.parameters import Parameters

PAUSE = 0.5
"""Seconds of silence that end an utterance."""


@dataclass(frozen=True)
class TranscribeSettings:
    """How utterances are transcribed, from the next one on. `with_partials`: also before they have ended."""

    client: EndpointClient
    parameters: Parameters
    with_partials: bool = True


@dataclass(frozen=True, eq=False)
class SpokenUtterance:
    """What was said between two pauses; its speech ended at `ended_at`, by time.monotonic()."""

    chunk: Chunk
    ended_at: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.chunk.end - self.chunk.start


@dataclass(frozen=True)
class UtteranceResult:
    """What has been heard of a talk at one moment: utterances, which are never changed, only added to.

    `partial` is what may come next. `delays` are the last hundred from the end of speech to its text, in seconds.
    `endpoints` have been asked, in that order; `parameters` are those of the last utterance.
    """

    chunks: tuple[ChunkResult, ...] = ()
    partial: str = ""
    delays: tuple[float, ...] = ()
    endpoints: tuple[str, ...] = ()
    parameters: Parameters = field(default_factory=dict)

    @property
    def last_delay(self) -> float | None:
        """None before the first utterance."""
        return self.delays[-1] if self.delays else None

    @property
    def median_delay(self) -> float | None:
        """None before the first utterance."""
        return median(self.delays) if self.delays else None

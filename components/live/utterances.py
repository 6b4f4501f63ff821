"""The utterances of a live session: how they are transcribed, what was said, and what came of it."""

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
    """Speech between two pauses, which ended at `ended_at` by time.monotonic()."""

    chunk: Chunk
    ended_at: float


@dataclass(frozen=True)
class UtteranceResult:
    """What came of a session's utterances up to one moment; `chunks` only grow.

    `partial` is the text of the unfinished utterance, which may still change. `delays` are the last hundred from the
    end of speech to its text, in seconds. `endpoints` are those that answered, in that order; `parameters` are those of
    the last utterance.
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

"""What a talk is made of, and how it is asked for."""

from dataclasses import dataclass

from components.endpoint_client import EndpointClient
from components.parameters import Parameters
from components.segmentation import Piece

PAUSE = 0.5
"""Seconds of silence that end an utterance."""


@dataclass(frozen=True)
class Asking:
    """How utterances are transcribed, from the next one on. `with_partials`: also before they have ended."""

    client: EndpointClient
    parameters: Parameters
    with_partials: bool = True


@dataclass(frozen=True, eq=False)
class Utterance:
    """What was said between two pauses; its speech ended at `ended_at`, by time.monotonic()."""

    piece: Piece
    ended_at: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.piece.end - self.piece.start

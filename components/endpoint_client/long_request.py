"""What is asked of a long transcription."""

from dataclasses import dataclass, field

from components.audio.recording import Recording
from components.audio.segmentation import LONGEST_PAUSE
from components.targets.target import LOCAL_REGION, Target
from components.transcript.long_transcript import LongTranscript
from components.whisper.parameters import Parameters

MOST_AT_ONCE = 16

AGAINST_LOOPS: Parameters = {"no_repeat_ngram_size": 3}
"""With these a decoder can't be caught in a loop: no three tokens come twice. They change other words, too, so that
they are for a second try."""


@dataclass(frozen=True, eq=False)
class LongRequest:
    """What is to be transcribed and how. `at_once` chunks are under way at the same time.

    `earlier` is what came of an earlier try with the same recording: chunks that were answered are not sent again. With
    `against_loops` a chunk that repeats itself is sent once more, with AGAINST_LOOPS beyond the parameters; of an
    earlier try nothing else is sent then. A pause of `longest_pause` seconds always ends a chunk; both tries must have
    the same.
    """

    recording: Recording
    parameters: Parameters = field(default_factory=dict)
    at_once: int = 1
    earlier: LongTranscript | None = None
    against_loops: bool = False
    longest_pause: float = LONGEST_PAUSE


def may_end_loops(parameters: Parameters) -> bool:
    """Whether AGAINST_LOOPS would be anything new."""
    return not parameters.keys() & AGAINST_LOOPS.keys()


def usual_at_once(target: Target) -> int:
    """How many chunks are under way at once unless somebody chooses.

    On this computer as many as two processor cores have use for: one waits, so that neither is idle between two. An
    instance on AWS answers one request at a time.
    """
    return 3 if target.region == LOCAL_REGION else 1

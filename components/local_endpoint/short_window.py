"""Encoding only what a clip needs: Whisper was trained on 30 s, and on a short clip most of that is silence."""

from components.contract import SAMPLE_RATE
from components.local_endpoint.features import WINDOW
from components.local_endpoint.options import Options
from components.writing import compression_ratio, repetition

SILENCE = 12.0
"""Seconds of silence after the clip. With less, words are misheard that are not in the whole window
(tests/benchmarks/encoder_window.py tells how many)."""
_STEP = 320
"""Samples of one position of the encoder."""
_MOST_COMPRESSIBLE = 2.4
"""OpenAI's own threshold for decoding again (Radford et al. 2022, section 4.5)."""
_LONGEST_NGRAM, _REPEATS = 8, 3


def short_window(samples: int, options: Options) -> int | None:
    """How many samples are encoded of a clip of so many at 16 kHz; None where only the whole 30 s will do.

    Greedy decoding alone: a beam search finds repetitions likely that greedy decoding never comes to.
    """
    if options.beams > 1 or options.sampling:
        return None
    window = -(-(samples + int(SILENCE * SAMPLE_RATE)) // _STEP) * _STEP
    return window if window < WINDOW else None


def is_loop(text: str) -> bool:
    """Whether a text looks as if the decoder had been caught in a loop."""
    return compression_ratio(text) > _MOST_COMPRESSIBLE or bool(repetition(text, _LONGEST_NGRAM, _REPEATS))

"""Encoding only what a clip needs: Whisper was trained on 30 s, and on a short clip most of that is silence.

The clip is encoded with a few seconds of silence after it. What is missing to the 30 s that the decoder expects is
taken from silence that was encoded once. In a short window alone the decoder goes on after the last word and repeats
it (tests/benchmarks/encoder_window.py tells how often, and what it costs in accuracy).
"""

import numpy as np
from numpy.typing import NDArray

from components.core.text import MOST_COMPRESSIBLE, bare, compression_ratio, repetition, tokens
from components.local_endpoint.decoding_options import Options
from components.local_endpoint.features import HOP, WINDOW
from components.whisper.contract import SAMPLE_RATE

SILENCE = 3.0
"""Seconds of silence that are encoded with the clip."""

LONGEST = 15.0
"""Seconds of the longest clip that is encoded so: of longer ones, several sentences, words were lost."""

_SILENT_FEATURE = -0.77
"""Median over 50 utterances of LibriSpeech test-other, from -1.12 to -0.60 (tests/benchmarks/encoder_window.py)."""

POSITION = 320
"""Samples of one position of the encoder."""

_ALIKE, _IN_A_ROW = 4, 3


def short_window(samples: int, options: Options) -> int | None:
    """How many samples are encoded of a clip of so many at 16 kHz; None where only the whole 30 s will do.

    Greedy decoding alone: a beam search finds repetitions likely, and mishears more, in a short window;
    draws are to be those of the model as it was trained.
    """
    if options.sampling or options.beams > 1 or samples > LONGEST * SAMPLE_RATE:
        return None
    return -(-(samples + int(SILENCE * SAMPLE_RATE)) // POSITION) * POSITION


def silence(bands: int) -> NDArray[np.float32]:
    """Features of 30 s of silence as they stand behind speech, of shape [1, bands, frames].

    Whatever is more than 80 dB below the loudest sound is raised to that; in speech that leaves about this.
    """
    return np.full((1, bands, WINDOW // HOP), _SILENT_FEATURE, np.float32)


def filled_up(encoded: NDArray[np.float32], silence: NDArray[np.float32]) -> NDArray[np.float32]:
    """The encoder's output for a short window as one for the whole window; both have shape [1, positions, size]."""
    return np.concatenate((encoded, silence[:, encoded.shape[1] :]), axis=1)


def is_suspicious(text: str) -> bool:
    """Whether a text says something twice, as a decoder that is caught in a loop does.

    Real repetitions of four words, or of one three times in a row, are decoded once more, which costs time.
    """
    words = [word for word in map(bare, tokens(text)) if word]
    phrases = list(zip(*(words[start:] for start in range(_ALIKE)), strict=False))
    said_again = len(set(phrases)) < len(phrases) or bool(repetition(text, 1, _IN_A_ROW))
    return said_again or compression_ratio(text) > MOST_COMPRESSIBLE

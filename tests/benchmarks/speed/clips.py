"""What is transcribed: speech in three classes of length."""

from pathlib import Path

import numpy as np

from components.audio.decoding import Samples
from components.evaluation.datasets.dataset import bundled, open_dataset
from components.whisper.contract import SAMPLE_RATE

CLASSES = {"under 10 s": (0, 10), "10 to 20 s": (10, 20), "20 to 30 s": (20, 30)}
"""Seconds from and below."""

_PAUSE = np.zeros(int(0.3 * SAMPLE_RATE), np.int16)


def clips(folder: Path | None, most: int) -> dict[str, list[Samples]]:
    """For each class at most so many clips of a data set, the small one unless a folder is given.

    Where it has too few of a length, clips that follow one another are joined with 0.3 s of silence between them.
    """
    dataset = open_dataset(folder) if folder else bundled()
    spoken = [utterance.read().samples for utterance in dataset.utterances]
    return {name: _of_length(spoken, *limits)[:most] for name, limits in CLASSES.items()}


def _of_length(spoken: list[Samples], low: int, high: int) -> list[Samples]:
    found = [samples for samples in spoken if _fits(samples, low, high)]
    joined = spoken[0]
    for samples in spoken[1:]:
        longer = np.concatenate((joined, _PAUSE, samples))
        if low and _fits(longer, low, high) and not _fits(joined, low, high):
            found.append(longer)
        joined = longer if len(longer) < low * SAMPLE_RATE else samples
    return found


def _fits(samples: Samples, low: int, high: int) -> bool:
    return low * SAMPLE_RATE <= len(samples) < high * SAMPLE_RATE

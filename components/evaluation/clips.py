"""The clips of a latency run: cut or repeated to some lengths, or the part that an endpoint transcribes."""

import numpy as np

from components.audio.decoding import Clip
from components.whisper.contract import MAX_AUDIO_SECONDS, SAMPLE_RATE

LENGTHS = (5, 15, 30)
"""Seconds: a command, a sentence or two, and all that an endpoint transcribes."""


def cuts(clip: Clip, lengths: tuple[int, ...] = LENGTHS) -> tuple[Clip, ...]:
    """The first so many seconds of the clip, for each length; where it is shorter, it is repeated to fill them."""
    return tuple(_cut(clip, length) for length in lengths)


def whole(clip: Clip) -> Clip:
    """The clip as it is, or the first 30 s of it where an endpoint would not transcribe more."""
    return clip if clip.seconds <= MAX_AUDIO_SECONDS else _cut(clip, int(MAX_AUDIO_SECONDS))


def _cut(clip: Clip, length: int) -> Clip:
    count = length * SAMPLE_RATE
    how = "first" if len(clip.samples) >= count else "repeated to"
    # numpy repeats what is too short, and takes the beginning of what is not.
    return Clip(np.resize(clip.samples, count), f"{clip.name}, {how} {length} s", clip.source)

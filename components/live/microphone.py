"""Frames of a microphone, which come from a thread that must not wait, as samples for another thread."""

from collections.abc import Iterator
from queue import Empty, SimpleQueue

import av
import numpy as np

from components.audio import Samples
from components.contract import SAMPLE_RATE

_BLOCK = 0.064
"""Seconds of audio that are looked at together: two windows of the voice activity."""
_SILENT_LINE = 5.0
"""Seconds without any frame after which there is nobody at the other end: a browser sends silence, too."""


class Microphone:
    """Audio on its way from a browser. `push` and `end` may be called from any thread, `blocks` by one only."""

    def __init__(self) -> None:
        self._frames: SimpleQueue[av.AudioFrame | None] = SimpleQueue()

    def push(self, frame: av.AudioFrame) -> None:
        """Takes a frame of any format, in order; it returns at once."""
        self._frames.put(frame)

    def end(self) -> None:
        """Says that no more frames come."""
        self._frames.put(None)

    def blocks(self) -> Iterator[Samples]:
        """All audio: int16 of shape [n] at 16 kHz, mono, 0.064 s or so at a time, as it comes.

        Ends after `end`, or when nothing has come for 5 s.
        """
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        waiting: list[Samples] = []
        for frame in self._all():
            waiting += [np.asarray(part.to_ndarray(), np.int16).ravel() for part in resampler.resample(frame)]
            if frame is None or sum(map(len, waiting)) >= _BLOCK * SAMPLE_RATE:
                yield np.concatenate([np.empty(0, np.int16), *waiting])
                waiting = []

    def _all(self) -> Iterator[av.AudioFrame | None]:
        """Every frame, then None: what has the resampler give what it has kept."""
        try:
            while (frame := self._frames.get(timeout=_SILENT_LINE)) is not None:
                yield frame
        except Empty:
            pass
        yield None

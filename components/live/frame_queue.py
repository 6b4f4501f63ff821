"""Frames of a microphone, which come from a thread that must not wait, as samples for another thread."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import av
import numpy as np

from components.audio.decoding import Samples
from components.whisper.contract import SAMPLE_RATE

_BLOCK = 0.064
"""Seconds of audio that are looked at together: two windows of the voice activity."""
_BREAK = 3.0
"""Seconds without any frame that are no hiccup of the connection: a browser sends silence, too."""
_LOST = 60.0
"""Seconds without any frame after which there is nobody at the other end: WebRTC itself gives up after 30."""


@dataclass(frozen=True, eq=False)
class Block:
    """A little audio: int16 of shape [n] at 16 kHz, mono, the last of which came at `came_at` by time.monotonic().

    `is_break` says that nothing has come, and that this is silence in its place.
    """

    samples: Samples
    came_at: float
    is_break: bool = False


class Microphone:
    """Audio on its way from a browser. `push` and `end` may be called from any thread, `blocks` by one only."""

    def __init__(self) -> None:
        self._frames: SimpleQueue[tuple[float, av.AudioFrame] | None] = SimpleQueue()

    def push(self, frame: av.AudioFrame) -> None:
        """Takes a frame of any format, in order; it returns at once."""
        self._frames.put((time.monotonic(), frame))

    def end(self) -> None:
        """Says that no more frames come."""
        self._frames.put(None)

    def blocks(self) -> Iterator[Block]:
        """All audio as it comes, 0.064 s or so at a time; where nothing comes for 3 s, so much silence.

        Ends after `end`, or when nothing has come for a minute.
        """
        resampler, came_at = _resampler(), time.monotonic()
        waiting: list[Samples] = []
        for came in self._all():
            if came is None:
                if rest := _rest(resampler, waiting):
                    yield Block(np.concatenate(rest), came_at)
                resampler, waiting = _resampler(), []
                yield Block(np.zeros(int(_BREAK * SAMPLE_RATE), np.int16), time.monotonic(), is_break=True)
                continue
            came_at, frame = came
            waiting += _samples(resampler, frame)
            if sum(map(len, waiting)) >= _BLOCK * SAMPLE_RATE:
                yield Block(np.concatenate(waiting), came_at)
                waiting = []
        if rest := _rest(resampler, waiting):
            yield Block(np.concatenate(rest), came_at)

    def _all(self) -> Iterator[tuple[float, av.AudioFrame] | None]:
        """Every frame and when it came; None for each break."""
        silent = 0.0
        while silent < _LOST:
            try:
                came = self._frames.get(timeout=_BREAK)
            except Empty:
                silent += _BREAK
                yield None
                continue
            if came is None:
                return
            silent = 0.0
            yield came


def _resampler() -> av.AudioResampler:
    return av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)


def _rest(resampler: av.AudioResampler, waiting: list[Samples]) -> list[Samples]:
    # Without a frame the resampler gives what it has kept.
    return [*waiting, *_samples(resampler, None)]


def _samples(resampler: av.AudioResampler, frame: av.AudioFrame | None) -> list[Samples]:
    return [np.asarray(part.to_ndarray(), np.int16).ravel() for part in resampler.resample(frame)]

"""Audio frames of a browser, which arrive in a thread that must not wait, as samples for another thread."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import av
import numpy as np

from components.audio.decoding import Samples
from components.whisper.contract import SAMPLE_RATE

_BLOCK = 0.064
"""Seconds of audio that are processed together: two windows of the voice activity detection."""
_INTERRUPTION = 3.0
"""Seconds without a frame that are more than jitter: a browser sends silence, too."""
_TIMEOUT = 60.0
"""Seconds without a frame after which the connection is lost: WebRTC itself gives up after 30."""
_MOST_FRAMES = 3_000
"""How many frames wait: a minute, which takes 12 MB."""
_JITTER = 0.01
"""Seconds by which timestamps may differ from the samples; an Opus frame has 0.02."""


@dataclass(frozen=True, eq=False)
class Block:
    """A little audio: int16 of shape [n] at 16 kHz, mono, whose last sample was received at `received_at`.

    That is a time of time.monotonic(). `lost_seconds` of audio never arrived, and the samples are silence in their
    place, as they are where `is_interruption` says that nothing arrives.
    """

    samples: Samples
    received_at: float
    lost_seconds: float = 0.0
    is_interruption: bool = False


class FrameQueue:
    """Audio on its way from a browser. `push` and `end` may be called from any thread, `blocks` by one only."""

    def __init__(self) -> None:
        self._frames: SimpleQueue[tuple[float, av.AudioFrame] | None] = SimpleQueue()

    @property
    def is_empty(self) -> bool:
        """Whether no frame waits."""
        return self._frames.empty()

    def push(self, frame: av.AudioFrame) -> None:
        """Takes a frame of any format, in order; it returns at once.

        While a minute of audio waits it drops the frame, which `blocks` counts as lost.
        """
        if self._frames.qsize() < _MOST_FRAMES:
            self._frames.put((time.monotonic(), frame))

    def end(self) -> None:
        """Says that no more frames come."""
        self._frames.put(None)

    def blocks(self) -> Iterator[Block]:
        """All audio as it arrives, about 0.064 s at a time.

        Silence takes the place of frames that are missing between two timestamps. While nothing arrives there are 3 s
        of silence every 3 s, and a minute of that ends it, as `end` does.
        """
        resampler, timeline, received_at = _Resampler(), _Timeline(), time.monotonic()
        for item in self._items():
            if item is None:
                yield from resampler.flush(received_at)
                timeline.ahead += _INTERRUPTION
                yield Block(_silence(_INTERRUPTION), time.monotonic(), is_interruption=True)
                continue
            received_at, frame = item
            lost, silent = timeline.add(frame)
            if lost:
                yield from resampler.flush(received_at)
                yield Block(_silence(silent), received_at, lost)
            yield from resampler.add(frame, received_at)
        yield from resampler.flush(received_at)

    def _items(self) -> Iterator[tuple[float, av.AudioFrame] | None]:
        """Every frame and when it arrived; None for each interruption."""
        silent = 0.0
        while silent < _TIMEOUT:
            try:
                item = self._frames.get(timeout=_INTERRUPTION)
            except Empty:
                silent += _INTERRUPTION
                yield None
                continue
            if item is None:
                return
            silent = 0.0
            yield item


class _Timeline:
    """Compares the timestamps of frames with the audio that arrived. All times are seconds."""

    def __init__(self) -> None:
        self._next: float | None = None
        """The timestamp that follows the last frame."""
        self.ahead = 0.0
        """By how much the silence of interruptions exceeds what was lost: those frames may only have been late."""

    def add(self, frame: av.AudioFrame) -> tuple[float, float]:
        """How much audio was lost before this frame, and how much silence is still to take its place."""
        if frame.time is None:
            return 0.0, 0.0
        lost = 0.0 if self._next is None else frame.time - self._next
        self._next = frame.time + frame.samples / frame.sample_rate
        # Beyond the timeout it is another stream.
        if not _JITTER < lost < _TIMEOUT:
            return 0.0, 0.0
        silent = max(0.0, lost - self.ahead)
        self.ahead = max(0.0, self.ahead - lost)
        return lost, silent


class _Resampler:
    """Frames of any format as blocks of samples."""

    def __init__(self) -> None:
        self._resampler = _resampler()
        self._waiting: list[Samples] = []

    def add(self, frame: av.AudioFrame, received_at: float) -> Iterator[Block]:
        """The next block, once it is complete."""
        self._waiting += self._resampled(frame)
        if sum(map(len, self._waiting)) >= _BLOCK * SAMPLE_RATE:
            yield Block(np.concatenate(self._waiting), received_at)
            self._waiting = []

    def flush(self, received_at: float) -> Iterator[Block]:
        """What is left."""
        # Without a frame the resampler returns what it has buffered, and then takes no more.
        if rest := [*self._waiting, *self._resampled(None)]:
            yield Block(np.concatenate(rest), received_at)
        self._resampler, self._waiting = _resampler(), []

    def _resampled(self, frame: av.AudioFrame | None) -> list[Samples]:
        return [np.asarray(out.to_ndarray(), np.int16).ravel() for out in self._resampler.resample(frame)]


def _resampler() -> av.AudioResampler:
    return av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.int16)

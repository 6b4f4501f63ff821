"""A recording of any length, read bit by bit and as often as needed: it never stands in memory decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.container import InputContainer

from components.audio.decoding import Samples, decoded, describe, opened
from components.audio.header_duration import promised_length
from components.core.errors import UnreadableAudioError
from components.whisper.contract import SAMPLE_RATE

_PADDING = 1.0
"""Seconds by which such a header may be off: formats pad their ends."""
_A_YEAR = 365 * 86_400.0
_BLOCK = SAMPLE_RATE
"""Samples that are handed on at once: a second."""


@dataclass(frozen=True, eq=False)
class Recording:
    """An audio or video file, in memory or on the disk, that has been opened once.

    `name` is what the user knows it by, `source` describes it ("mp3, 44.1 kHz, stereo"). `seconds` is its length as its
    header has it; None where that says nothing, as in what browsers record. `promised` is the same where a header is
    exact, so that a file which ends before was cut off; None where it is an estimate.
    """

    content: bytes | Path
    name: str
    source: str
    seconds: float | None
    promised: float | None = None

    @property
    def bytes_kept(self) -> int:
        """How many bytes of the file are held; none of one on the disk."""
        return len(self.content) if isinstance(self.content, bytes) else 0

    def ends_early(self, read: float) -> float | None:
        """What the header promises, in seconds, where the file has ended after so many; None where it has kept that."""
        return self.promised if self.promised and self.promised - read > _PADDING else None

    def blocks(self) -> Iterator[Samples]:
        """All of it from the beginning: int16 of shape [n] at 16 kHz, mono, about a second at a time.

        Raises:
            UnreadableAudioError: it can't be read any more, or holds no sound at all.
        """
        waiting: list[Samples] = []
        count = 0
        with _file(self.content, self.name) as file, opened(file, self.name) as container:
            for chunk in decoded(container, self.name):
                waiting.append(chunk)
                count += len(chunk)
                if count >= _BLOCK:
                    # What was recorded at a low rate may come as minutes at once.
                    yield from np.array_split(np.concatenate(waiting), count // _BLOCK)
                    waiting, count = [], 0
        if waiting:
            yield np.concatenate(waiting)


def open_recording(content: bytes | Path, name: str) -> Recording:
    """Looks at a file's header, whatever its format and length.

    Raises:
        UnreadableAudioError: it is no audio, is damaged from the start, has no sound track, or can't be read.
    """
    with _file(content, name) as file, opened(file, name) as container:
        seconds = _length(container)
        promised = promised_length(file, container.format.name, seconds)
        return Recording(content, name, describe(container), seconds, promised)


@contextmanager
def _file(content: bytes | Path, name: str) -> Iterator[BinaryIO]:
    if isinstance(content, bytes):
        yield BytesIO(content)
        return
    try:
        file = content.open("rb")
    except OSError as error:
        raise UnreadableAudioError(
            f"{name} can't be read: {error.strerror}.", "Name an audio file that is there."
        ) from error
    with file:
        yield file


def _length(container: InputContainer) -> float | None:
    stream = container.streams.audio[0]
    seconds = 0.0
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration:
        seconds = container.duration / av.time_base
    # Whatever a damaged header says: nobody has recorded for a year.
    return seconds if 0 < seconds < _A_YEAR else None

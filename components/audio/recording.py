"""A recording of any length, read bit by bit and as often as needed: it never stands in memory decoded."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.container import InputContainer

from components.audio.decoding import Samples, decoded, describe, opened
from components.core.errors import UnreadableAudioError
from components.whisper.contract import SAMPLE_RATE

_COUNTING = ("aiff", "flac", "mov,mp4,m4a,3gp,3g2,mj2")
"""Formats, as FFmpeg calls them, whose headers count the samples."""
_MOST_IN_WAV = 0x7FFF_0000
"""Bytes of sound in a WAV file; programs that write to a pipe give more, since they can't know."""
_ROUNDING = 0.1
"""Seconds by which an mp3 file's length and rate may differ from its size."""
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
        return Recording(content, name, describe(container), seconds, _promised(container, file, seconds))


def _file(content: bytes | Path, name: str) -> BinaryIO:
    try:
        return BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    except OSError as error:
        raise UnreadableAudioError(
            f"{name} can't be read: {error.strerror}.", "Name an audio file that is there."
        ) from error


def _length(container: InputContainer) -> float | None:
    stream = container.streams.audio[0]
    seconds = 0.0
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration:
        seconds = container.duration / av.time_base
    # Whatever a damaged header says: nobody has recorded for a year.
    return seconds if 0 < seconds < _A_YEAR else None


def _promised(container: InputContainer, file: BinaryIO, seconds: float | None) -> float | None:
    """The length that the header promises; None where it only estimates that, or does not know."""
    kind = container.format.name
    if kind in _COUNTING or (kind == "mp3" and _is_short_of_bytes(container, seconds or 0.0)):
        return seconds
    # FFmpeg tells only what the file holds.
    return _of_wav(file) if kind == "wav" else None


def _is_short_of_bytes(container: InputContainer, seconds: float) -> bool:
    """Whether an mp3 file is smaller than its length: that is then its Xing header's, else an estimate by its size."""
    stream = container.streams.audio[0]
    begin = next(container.demux(stream)).pos or 0
    return container.size - begin < (seconds - _ROUNDING) * (stream.codec_context.bit_rate or 0) / 8


def _of_wav(file: BinaryIO) -> float | None:
    file.seek(len(b"RIFFsizeWAVE"))
    bytes_a_second = 0
    while len(head := file.read(8)) == struct.calcsize("<4sI"):
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            return size / bytes_a_second if bytes_a_second and 0 < size < _MOST_IN_WAV else None
        begin = file.tell()
        if name == b"fmt ":
            (bytes_a_second,) = struct.unpack("<8xI", file.read(12).ljust(12, b"\0"))
        file.seek(begin + size + size % 2)
    return None

"""What the header of a WAV file promises: FFmpeg tells only what the file holds."""

import struct
from typing import BinaryIO

_MOST = 0x7FFF_0000
"""Bytes of sound; programs that write to a pipe give more, since they can't know."""


def wav_seconds(file: BinaryIO) -> float | None:
    """How long the sound is that a RIFF/WAVE header promises; None where it is no such file, or does not know.

    The file is read from its beginning, and stands there no longer.
    """
    file.seek(0)
    if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
        return None
    bytes_a_second = 0
    while len(head := file.read(8)) == struct.calcsize("<4sI"):
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            return size / bytes_a_second if bytes_a_second and 0 < size < _MOST else None
        begin = file.tell()
        if name == b"fmt ":
            (bytes_a_second,) = struct.unpack("<8xI", file.read(12).ljust(12, b"\0"))
        file.seek(begin + size + size % 2)
    return None

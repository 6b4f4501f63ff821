"""The length that a file's header promises, where it does not estimate it: a file that ends before was cut off."""

import os
import struct
from typing import BinaryIO

_COUNTING = ("aiff", "flac", "mov,mp4,m4a,3gp,3g2,mj2")
"""Formats, as FFmpeg calls them, whose headers count the samples."""
_MOST = 0x7FFF_0000
"""Bytes of sound in a WAV file; programs that write to a pipe give more, since they can't know."""
_FIRST_FRAME = 256
"""Bytes of an mp3 file in which its Xing header is, if it has one."""
_FRAMES_AND_BYTES = 0b11


def promised_length(file: BinaryIO, kind: str, seconds: float | None) -> float | None:
    """Seconds that the header promises; None where it estimates them, or does not know.

    `kind` is what FFmpeg calls the format, and `seconds` what it takes for the length. The file is read from its
    beginning, and stands there no longer.
    """
    file.seek(0)
    if kind in _COUNTING or (kind == "mp3" and _is_short_of_bytes(file)):
        return seconds
    # FFmpeg tells only what the file holds.
    return _of_wav(file) if kind == "wav" else None


def _of_wav(file: BinaryIO) -> float | None:
    file.seek(len(b"RIFFsizeWAVE"))
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


def _is_short_of_bytes(file: BinaryIO) -> bool:
    """Whether an mp3 file has fewer bytes than its Xing (or Info) header counts; there its length is no estimate."""
    begin = _after_id3(file)
    file.seek(begin)
    frame = file.read(_FIRST_FRAME)
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if at < 0 or len(frame) < at + 16:
        return False
    flags, _frames, size = struct.unpack(">III", frame[at + 4 : at + 16])
    there = file.seek(0, os.SEEK_END) - begin
    return bool(flags & _FRAMES_AND_BYTES == _FRAMES_AND_BYTES and there < size)


def _after_id3(file: BinaryIO) -> int:
    head = file.read(10)
    if not head.startswith(b"ID3") or len(head) < 10:  # noqa: PLR2004 - as many as were asked for
        return 0
    # Seven bits a byte.
    return len(head) + sum(bits << shift for bits, shift in zip(head[6:], (21, 14, 7, 0), strict=True))

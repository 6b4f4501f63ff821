"""More than 300 files that nobody should be able to do harm with, the same ones every time."""

import io
import random
import struct
import zipfile
from collections.abc import Iterator

import numpy as np

from tests.bad_days.declared_lengths import liars
from tests.bad_days.large_packets import large_packets
from tests.bad_days.sound_files import FORMATS, Format, encoded

_SEED = 8
_HEADER = 256
_FUZZED_HEADERS, _FUZZED_ANYWHERE = 8, 2
_FOUR_HOURS = 14_400

File = tuple[str, bytes]


def hostile_uploads() -> Iterator[File]:
    """Each with a name; those of one name's stem come from the same file."""
    chance = random.Random(_SEED)  # noqa: S311 - the same ones every time
    for name, kind in FORMATS.items():
        whole = encoded(kind)
        yield from _fuzzed(name, whole, chance)
        yield from _cut_off(name, whole)
    yield from liars()
    yield from large_packets()
    yield from _without_sound()
    yield from _long_silence()
    yield from _under_wrong_names()
    yield from _within_one_another()


def _fuzzed(name: str, whole: bytes, chance: random.Random) -> Iterator[File]:
    for number in range(_FUZZED_HEADERS):
        yield f"header-{number}.{name}", _with_noise(whole, min(_HEADER, len(whole)), 1 + 4 * number, chance)
    for number in range(_FUZZED_ANYWHERE):
        yield f"anywhere-{number}.{name}", _with_noise(whole, len(whole), 100, chance)


def _with_noise(whole: bytes, end: int, count: int, chance: random.Random) -> bytes:
    data = bytearray(whole)
    for _ in range(count):
        data[chance.randrange(end)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(data)


def _cut_off(name: str, whole: bytes) -> Iterator[File]:
    for tenth in range(1, 10):
        yield f"tenth-{tenth}.{name}", whole[: len(whole) * tenth // 10]


def _without_sound() -> Iterator[File]:
    for container in ("mp4", "mov", "matroska", "avi"):
        yield f"silent-film.{container}", encoded(Format(container, ""), film=True)
    yield "empty.wav", b""
    for count in (1, 3, 4, 11, 12, 43):
        yield f"first-{count}.wav", encoded(FORMATS["wav"])[:count]
    yield "zeros.wav", bytes(100_000)
    yield "ones.mp3", b"\xff" * 100_000
    yield "noise.mp3", random.Random(_SEED).randbytes(500_000)  # noqa: S311 - the same ones every time


def _long_silence() -> Iterator[File]:
    """Four hours in some megabytes: frames of these formats stand for themselves, so that one may be repeated."""
    yield (
        "four-hours.aac",
        min(_adts_frames(encoded(FORMATS["aac"])), key=len) * (_FOUR_HOURS * 16_000 // 1024),
    )
    # A frame that says "nothing was sent", where there has never been anything.
    yield "four-hours-lost.amr", encoded(FORMATS["amr"])[:6] + b"\x7c" * (_FOUR_HOURS * 50)


def _adts_frames(data: bytes) -> list[bytes]:
    frames = []
    while len(data) > 7:  # the header of a frame
        size = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        frames.append(data[:size])
        data = data[size:]
    return frames


def _under_wrong_names() -> Iterator[File]:
    for name, other in (("mp3", "wav"), ("wav", "mp3"), ("m4a", "ogg"), ("flac", "m4a"), ("amr", "mp4")):
        yield f"{name}-called.{other}", encoded(FORMATS[name])
    yield "text.wav", b"These are words, and no sound at all.\n" * 5000
    yield "page.mp3", b"<!doctype html><title>Sign in</title><script>alert(1)</script>" * 500
    yield (
        "picture.wav",
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0),
    )
    yield "document.m4a", b"%PDF-1.7\n" + b"1 0 obj << /Length 4294967295 >> stream\n" * 100
    yield "list.mp3", b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    yield "names-others.wav", b"ffconcat version 1.0\nfile '/etc/hostname'\n"
    yield "session.ogg", b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n"
    yield (
        "playlist.wav",
        b"<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><Period><BaseURL>file:///etc/passwd</BaseURL></Period></MPD>",
    )
    yield "bomb.wav", _zipped(bytes(50_000_000))
    yield "archive.mp3", _zipped(encoded(FORMATS["wav"]))


def _zipped(data: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("sound.wav", data)
    return archive.getvalue()


def _within_one_another() -> Iterator[File]:
    wav, mp3, ogg, mp4 = (encoded(FORMATS[name]) for name in ("wav", "mp3", "opus", "mp4"))
    yield "wav-in-wav.wav", wav[:44] + wav
    yield "mp3-behind-wav.wav", wav + mp3
    yield "wav-behind-mp3.mp3", mp3 + wav
    yield "chained.ogg", ogg * 20
    yield "hundred-tags.mp3", (b"ID3\4\0\0\0\0\0\x0a" + bytes(10)) * 100 + mp3
    yield "mp4-in-mp4.mp4", struct.pack(">I4s", 8 + len(mp4), b"moov") + mp4
    deep = b""
    for _ in range(2000):
        deep = struct.pack(">I4s", 8 + len(deep), b"moov") + deep
    yield "deep.mp4", struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + deep
    not_numbers = np.resize(np.array([np.nan, np.inf, -np.inf, 1e38, -1e38, 1e-40], "<f4"), 32_000)
    yield "not-numbers.wav", _float_wav(not_numbers.tobytes())


def _float_wav(data: bytes) -> bytes:
    whole = encoded(FORMATS["float.wav"])
    begin = whole.index(b"data")
    return whole[: begin + 4] + struct.pack("<I", len(data)) + data

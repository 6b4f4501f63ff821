"""Sound files whose headers lie: of lengths, rates, channels and counts that nobody has."""

import struct
from collections.abc import Iterator

from tests.bad_days.sound_files import FORMATS, encoded

File = tuple[str, bytes]

_4_GB, _MOST = 2**32 - 1, 2**63 - 1


def liars() -> Iterator[File]:
    """Each with a name that says what it lies about."""
    yield from _wavs()
    yield from _flacs()
    yield from _mp4s()
    yield from _others()


def wav(
    rate: int = 16_000,
    *,
    channels: int = 1,
    bits: int = 16,
    kind: int = 1,
    size: int | None = None,
    sound: bytes = bytes(64_000),
    block: int | None = None,
) -> bytes:
    """A WAV file with that in its header, whatever is behind it."""
    block = channels * bits // 8 & 0xFFFF if block is None else block
    fields = (kind, channels, rate & _4_GB, rate * block & _4_GB, block, bits)
    declared = len(sound) if size is None else size
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", declared + 36 & _4_GB, b"WAVE", b"fmt ", 16, *fields, b"data", declared
    )
    return header + sound


def _wavs() -> Iterator[File]:
    for rate in (0, 1, 7, 100, 999, 1000, 999_999, 1_795_178_112, 2**31 - 1, _4_GB):
        yield f"rate-{rate}.wav", wav(rate)
    for channels in (0, 9, 63, 64, 65, 255, 1000, 65_535):
        yield f"channels-{channels}.wav", wav(channels=channels)
    for bits in (0, 1, 7, 12, 64, 65_535):
        yield f"bits-{bits}.wav", wav(bits=bits)
    for kind in (0, 2, 0x11, 0x31, 0x50, 0x55, 0x75, 0x160, 0x161, 0x2000, 0x7777, 0xFFFE):
        yield f"kind-{kind:x}.wav", wav(kind=kind)
    for size in (0, 2**31, _4_GB):
        yield f"size-{size}.wav", wav(size=size)
    yield "block-0.wav", wav(block=0)
    yield "block-65535.wav", wav(block=65_535)
    yield "second-long.wav", wav(rate=1, sound=bytes(5_000_000))
    plain = wav()
    yield "no-format.wav", plain[:12] + plain[36:]
    yield "note-of-4-gb.wav", plain[:36] + struct.pack("<4sI", b"LIST", _4_GB) + plain[36:]
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, _MOST, _MOST, _MOST, 0)
    yield "rf64.wav", b"RF64" + b"\xff" * 4 + b"WAVE" + sizes + plain[12:40] + b"\xff" * 4 + plain[44:]


def _flacs() -> Iterator[File]:
    whole = encoded(FORMATS["flac"])
    # After "fLaC" and a header of 4 bytes: block sizes, frame sizes, then rate (20 bits), channels (3), bits (5),
    # and how many samples there are (36).
    for rate, total in ((0, 32_000), (1, 32_000), (2**20 - 1, 32_000), (16_000, 2**36 - 1), (1, 2**36 - 1)):
        fields = (rate << 44 | 15 << 36 | total).to_bytes(8, "big")
        yield f"rate-{rate}-samples-{total}.flac", whole[:18] + fields + whole[26:]
    yield "picture-of-16-mb.flac", whole[:42] + b"\x06\xff\xff\xff" + whole[42:]
    yield "blocks-of-65535.flac", whole[:8] + b"\xff" * 4 + whole[12:]


def _mp4s() -> Iterator[File]:
    whole = encoded(FORMATS["m4a"])
    for name in (b"mdat", b"moov", b"stbl", b"stsd", b"stts", b"stsz", b"stco", b"ftyp"):
        at = whole.index(name)
        yield f"{name.decode()}-of-4-gb.m4a", whole[: at - 4] + struct.pack(">I", _4_GB) + whole[at:]
    for name in (b"stts", b"stsz", b"stco", b"stsc"):
        at = whole.index(name)
        yield f"{name.decode()}-counts-4-billion.m4a", whole[: at + 8] + b"\xff" * 8 + whole[at + 16 :]
    at = whole.index(b"mdat")
    large = struct.pack(">I4sQ", 1, b"mdat", _MOST)
    yield "mdat-of-2-63.m4a", whole[: at - 4] + large + whole[at + 4 :]
    for rate in (0, 1, _4_GB):
        # mdhd: version and flags, two times, the rate, the length.
        at = whole.index(b"mdhd")
        yield f"rate-{rate}.m4a", whole[: at + 16] + struct.pack(">II", rate, _4_GB) + whole[at + 24 :]


def _others() -> Iterator[File]:
    aiff = encoded(FORMATS["aiff"])
    at = aiff.index(b"COMM") + 8
    # Channels, samples, bits, and the rate as a float of 80 bits: 0, infinity, not a number, 2 ** 63.
    for number, rate in enumerate(
        (bytes(10), b"\x7f\xff" + bytes(8), b"\x7f\xff\xc0" + bytes(7), b"\x40\x3e\x80" + bytes(7))
    ):
        yield f"rate-{number}.aiff", aiff[: at + 8] + rate + aiff[at + 18 :]
    for channels in (0, 32_767):
        yield (
            f"channels-{channels}.aiff",
            aiff[:at] + struct.pack(">HIH", channels, _4_GB, 16) + aiff[at + 8 :],
        )
    ogg = encoded(FORMATS["opus"])
    last = ogg.rindex(b"OggS") + 6
    yield "position-2-63.opus", ogg[:last] + b"\xff" * 7 + b"\x7f" + ogg[last + 8 :]
    head = ogg.index(b"OpusHead") + 9
    yield "channels-255.opus", ogg[:head] + b"\xff" + ogg[head + 1 :]
    mkv = encoded(FORMATS["mkv"])
    segment = mkv.index(b"\x18\x53\x80\x67") + 4
    yield "segment-of-2-56.mkv", mkv[:segment] + b"\x01" + b"\xff" * 7 + mkv[segment + 8 :]
    tag = b"ID3\4\0\0" + b"\x7f" * 4
    yield "tag-of-256-mb.mp3", tag + encoded(FORMATS["mp3"])
    avi = encoded(FORMATS["avi"])
    for name in (b"strh", b"strf", b"movi", b"hdrl"):
        at = avi.index(name)
        size = at + 4 if name.startswith(b"str") else at - 4
        yield f"{name.decode()}-of-4-gb.avi", avi[:size] + b"\xff" * 4 + avi[size + 4 :]

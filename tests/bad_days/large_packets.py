"""Films whose sound is one packet: a decoder takes it as a whole, and a resampler makes more of it."""

import io
from collections.abc import Iterator
from fractions import Fraction

import av

_PACKETS = (
    (1, 60_000),
    (1, 1_000_000),
    (100, 1_000_000),
    (999, 1_000_000),
    (1000, 1_000_000),
    (8000, 20_000_000),
)
"""Samples a second, and how many there are: the first of a kind that becomes two gigabytes of nothing."""


def large_packets() -> Iterator[tuple[str, bytes]]:
    """Each with a name that says its rate and how many samples of 8 bits it has."""
    for rate, count in _PACKETS:
        yield f"packet-{rate}-{count}.mkv", _film(rate, count)


def _film(rate: int, count: int) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as output:
        stream = output.add_stream("pcm_u8", rate=rate, layout="mono")
        stream.codec_context.open()
        packet = av.Packet(bytes(count))
        packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, Fraction(1, 1000)
        output.mux(packet)
    return buffer.getvalue()

"""A sound file of every format that the portal takes, made with FFmpeg's own encoders."""

import io
from dataclasses import dataclass
from typing import Any

import av
import numpy as np

RATE, SECONDS = 16_000, 2.0
_BITS = {"libopencore_amrnb": 4750, "wmav2": 64_000}
"""A second, where an encoder has no idea of its own."""


@dataclass(frozen=True)
class Format:
    """How a kind of file is made: FFmpeg's names of container and codec, a sample rate and a layout that it takes."""

    container: str
    codec: str
    rate: int = RATE
    layout: str = "mono"


FORMATS = {
    "wav": Format("wav", "pcm_s16le"),
    "float.wav": Format("wav", "pcm_f32le"),
    "adpcm.wav": Format("wav", "adpcm_ms"),
    "mp3": Format("mp3", "libmp3lame"),
    "flac": Format("flac", "flac"),
    "ogg": Format("ogg", "vorbis", layout="stereo"),
    "opus": Format("ogg", "libopus", 48_000),
    "m4a": Format("ipod", "aac"),
    "alac.m4a": Format("ipod", "alac"),
    "mp4": Format("mp4", "aac"),
    "mov": Format("mov", "pcm_s16le"),
    "aac": Format("adts", "aac"),
    "webm": Format("webm", "libopus", 48_000),
    "mkv": Format("matroska", "libmp3lame"),
    "aiff": Format("aiff", "pcm_s16be"),
    "amr": Format("amr", "libopencore_amrnb", 8_000),
    "avi": Format("avi", "libmp3lame"),
    "wma": Format("asf", "wmav2", 44_100),
    "mpeg": Format("mpeg", "mp2"),
}


def encoded(kind: Format, *, film: bool = False, seconds: float = SECONDS) -> bytes:
    """A tone of that kind; as a film a black picture stands in the place of the sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind.container) as output:
        if film:
            _mux_pictures(output)
        else:
            _mux_tone(output, kind, seconds)
    return buffer.getvalue()


def _mux_tone(output: Any, kind: Format, seconds: float) -> None:
    # FFmpeg counts its own Vorbis encoder, the only one that PyAV carries, as an experiment.
    stream = output.add_stream(
        kind.codec, rate=kind.rate, layout=kind.layout, options={"strict": "experimental"}
    )
    if kind.codec in _BITS:
        stream.bit_rate = _BITS[kind.codec]
    times = np.arange(int(kind.rate * seconds)) / kind.rate
    samples = (8000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)
    channels = 2 if kind.layout == "stereo" else 1
    frame = av.AudioFrame.from_ndarray(np.repeat(samples, channels)[np.newaxis], "s16", kind.layout)
    frame.sample_rate = kind.rate
    for part in (frame, None):
        output.mux(stream.encode(part))


def _mux_pictures(output: Any) -> None:
    stream = output.add_stream("mpeg4", rate=10)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    black = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
    for picture in (*[black] * 10, None):
        output.mux(stream.encode(picture))

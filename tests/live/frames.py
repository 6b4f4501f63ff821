"""What a browser's microphone sends: 20 ms at 48 kHz, stereo."""

from collections.abc import Iterator
from fractions import Fraction

import av

from components.audio.decoding import Samples

RATE, LENGTH = 48_000, 960


def frames(samples: Samples, first: int = 0) -> Iterator[av.AudioFrame]:
    """`samples` is int16 at 16 kHz; `first` is the number of the first frame of the connection."""
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE, frame_size=LENGTH)
    mono = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
    mono.sample_rate = 16_000
    for number, frame in enumerate((*resampler.resample(mono), *resampler.resample(None)), first):
        frame.pts, frame.time_base = number * LENGTH, Fraction(1, RATE)
        yield frame


def through_opus(samples: Samples, bit_rate: int) -> Iterator[av.AudioFrame]:
    """The same after WebRTC's codec."""
    encoder, decoder = av.CodecContext.create("libopus", "w"), av.CodecContext.create("libopus", "r")
    assert isinstance(encoder, av.AudioCodecContext)
    assert isinstance(decoder, av.AudioCodecContext)
    encoder.options = {"application": "voip"}
    encoder.bit_rate = bit_rate
    for codec in (encoder, decoder):
        codec.format, codec.layout, codec.sample_rate = av.AudioFormat("s16"), av.AudioLayout("stereo"), RATE
    encoder.time_base = Fraction(1, RATE)
    for frame in frames(samples):
        for packet in encoder.encode(frame):
            yield from decoder.decode(packet)

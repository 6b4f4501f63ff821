"""What a browser's microphone sends: 20 ms at 48 kHz, stereo."""

from collections.abc import Iterator

import av

from components.audio.decoding import Samples

RATE, LENGTH = 48_000, 960


def frames(samples: Samples) -> Iterator[av.AudioFrame]:
    """`samples` is int16 at 16 kHz."""
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE, frame_size=LENGTH)
    mono = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
    mono.sample_rate = 16_000
    yield from resampler.resample(mono)
    yield from resampler.resample(None)

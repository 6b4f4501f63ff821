"""Whisper's log-mel features of a window of up to 30 s, in double precision (Radford et al. 2022, section 2.2).

The filters are faster-whisper's. Double precision and the faint noise below move a few words of every corpus either
way; `python -m components.evaluation wer` measures it (README, "Accuracy and speed, measured").
"""

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from components.audio import Samples
from components.contract import MAX_AUDIO_SECONDS, SAMPLE_RATE

WINDOW = int(MAX_AUDIO_SECONDS * SAMPLE_RATE)
FFT_SIZE = 400
HOP = 160

_HANN = np.hanning(FFT_SIZE + 1)[:-1]
# A third of the last bit of 16-bit audio, and the same for every request, so that results stay repeatable: silence
# that is added should be quiet as a recording is, not the exact zeros that none has.
_NOISE = 1e-5 * np.random.default_rng(0).standard_normal(WINDOW)


class LogMel:
    """Features with `bands` mel bands (80, or 128 for large-v3). Safe to use from several threads."""

    def __init__(self, bands: int) -> None:
        self._filters = FeatureExtractor(feature_size=bands).mel_filters.astype(np.float64).T

    def __call__(self, samples: Samples, window: int = WINDOW) -> NDArray[np.float32]:
        """Float32 of shape [1, bands, window / 160] for int16 samples of shape [n] at 16 kHz; `window` of them count.

        Silence is added as audio, as OpenAI does: zeros in place of features, which are no silence, cost accuracy.
        `window` is a whole number of the encoder's steps of 320 samples, 30 s of them unless given.
        """
        audio = _NOISE[:window].copy()
        heard = samples[:window]
        audio[: len(heard)] += heard / 32768
        padded = np.pad(audio, FFT_SIZE // 2, mode="reflect")
        frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SIZE)[::HOP][:-1]
        power = np.abs(np.fft.rfft(frames * _HANN, axis=1)) ** 2
        mel = np.log10(np.maximum(power @ self._filters, 1e-10)).T
        loud_enough = np.maximum(mel, mel.max() - 8)
        return np.ascontiguousarray((loud_enough + 4) / 4, dtype=np.float32)[None]

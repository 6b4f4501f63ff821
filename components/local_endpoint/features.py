"""Whisper's log-mel features of a window of up to 30 s, in double precision (Radford et al. 2022, section 2.2).

The filters are faster-whisper's. Double precision and the faint noise below move a few words of every corpus either
way; `python -m components.cli wer` measures it (README, "Accuracy and speed, measured").
"""

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from components.audio.decoding import Samples
from components.whisper.contract import MAX_AUDIO_SECONDS, SAMPLE_RATE

WINDOW = int(MAX_AUDIO_SECONDS * SAMPLE_RATE)
FFT_SIZE = 400
HOP = 160

_HALF = FFT_SIZE // 2
_HANN = np.hanning(FFT_SIZE + 1)[:-1]
# A third of the last bit of 16-bit audio, and the same for every request, so that results stay repeatable: silence
# that is added should be quiet as a recording is, not the exact zeros that none has.
_NOISE = 1e-5 * np.random.default_rng(0).standard_normal(WINDOW)


class LogMel:
    """Features with `bands` mel bands (80, or 128 for large-v3). Safe to use from several threads."""

    def __init__(self, bands: int) -> None:
        self._filters = FeatureExtractor(feature_size=bands).mel_filters.astype(np.float64).T
        # What no sample of a clip touches is the same for every clip, and worked out once.
        self._silence = self._log_power(_NOISE, WINDOW // HOP)

    def __call__(self, samples: Samples, window: int = WINDOW) -> NDArray[np.float32]:
        """Float32 of shape [1, bands, window / 160] for int16 samples of shape [n] at 16 kHz; `window` of them count.

        Silence is added as audio, as OpenAI does: zeros in place of features, which are no silence, cost accuracy.
        `window` is a whole number of the encoder's steps of 320 samples, 30 s of them unless given.
        """
        used = samples[:window]
        frames = window // HOP
        touched = min(-(-(len(used) + _HALF) // HOP), frames)
        audio = _NOISE[: (touched - 1) * HOP + _HALF].copy()
        audio[: len(used)] += used[: len(audio)] / 32768
        mel = self._silence[:frames].copy()
        mel[:touched] = self._log_power(audio, touched)
        loud_enough = np.maximum(mel, mel.max() - 8)
        return np.ascontiguousarray(((loud_enough + 4) / 4).T, dtype=np.float32)[None]

    def _log_power(self, audio: NDArray[np.float64], frames: int) -> NDArray[np.float64]:
        """Of shape [frames, bands]; where the audio ends it is continued as in a mirror."""
        end = (frames - 1) * HOP + _HALF
        padded = np.pad(audio, (_HALF, max(0, end - len(audio))), mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, FFT_SIZE)[::HOP][:frames]
        power = np.abs(np.fft.rfft(windows * _HANN, axis=1)) ** 2
        mel: NDArray[np.float64] = np.log10(np.maximum(power @ self._filters, 1e-10))
        return mel

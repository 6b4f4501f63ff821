from collections.abc import Callable

import numpy as np
import pytest
from faster_whisper.vad import get_vad_model

from components.audio import samples
from components.audio.decoding import Samples, read_clip
from components.audio.voice_activity import WINDOW, VoiceActivity


@pytest.fixture(scope="module")
def speech() -> Samples:
    return read_clip(samples.read(samples.SAMPLES[0]), "english.flac").samples


@pytest.mark.parametrize("length", [100, 7_001, 16_000, 10**6])
def test_it_is_what_faster_whisper_finds_in_the_whole_however_it_comes(speech: Samples, length: int) -> None:
    activity = VoiceActivity()
    found = [activity.add(speech[at : at + length]) for at in range(0, len(speech), length)]
    whole = np.pad(speech / np.float32(32768), (0, -len(speech) % WINDOW)).astype(np.float32)
    np.testing.assert_allclose(
        np.concatenate([*found, activity.end()]), get_vad_model()(whole).ravel(), atol=1e-6
    )


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros,
        lambda n: np.random.default_rng(0).normal(0, 3000, n),
        lambda n: 8000 * np.sin(2 * np.pi * 440 * np.arange(n) / 16_000),
    ],
)
def test_silence_noise_and_tones_are_no_speech(sound: Callable[[int], np.ndarray]) -> None:
    activity = VoiceActivity()
    assert activity.add(sound(5 * 16_000).astype(np.int16)).max() < 0.5


def test_a_recording_that_ends_between_windows_has_one_more_and_nothing_has_none(speech: Samples) -> None:
    activity = VoiceActivity()
    assert len(activity.add(speech[: 2 * WINDOW + 1])) == 2
    assert len(activity.end()) == 1
    assert len(VoiceActivity().end()) == 0

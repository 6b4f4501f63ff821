"""Short clips are encoded in a short window; where the decoder is caught in a loop, in the whole one."""

import numpy as np
import pytest

from components.audio.decoding import Samples, read_clip
from components.local_endpoint.decoding_options import Options
from components.local_endpoint.engine import WhisperEngine
from components.local_endpoint.features import WINDOW, LogMel
from components.local_endpoint.short_window import LONGEST, SILENCE, filled_up, is_suspicious, short_window
from tests.pages.driver import speech

RATE = 16_000


@pytest.fixture
def engine(tiny_engine: WhisperEngine) -> WhisperEngine:
    return tiny_engine


@pytest.fixture(scope="module")
def fox() -> Samples:
    return read_clip(speech("en/quick_brown_fox.wav"), "").samples


@pytest.fixture
def windows(engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The windows that are encoded."""
    encoded: list[int] = []
    encode = engine._encode

    def noting(samples: Samples, window: int = WINDOW) -> object:
        encoded.append(window)
        return encode(samples, window)

    monkeypatch.setattr(engine, "_encode", noting)
    return encoded


def test_a_short_clip_is_encoded_with_a_little_silence(
    engine: WhisperEngine, fox: Samples, windows: list[int]
) -> None:
    (text,) = engine.transcribe(fox, {})
    assert text.strip() == "The quick brown fox jumps over the lazy dog."
    (window,) = windows
    assert len(fox) + SILENCE * RATE <= window < len(fox) + SILENCE * RATE + 320
    assert LogMel(80)(fox, window).shape == (1, 80, window // 160)


def test_what_is_caught_in_a_loop_is_heard_again_in_the_whole_window(
    engine: WhisperEngine, fox: Samples, windows: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = engine._text
    monkeypatch.setattr(engine, "_text", lambda found: " la la la la" if len(windows) == 1 else whole(found))
    (text,) = engine.transcribe(fox, {})
    assert text.strip() == "The quick brown fox jumps over the lazy dog."
    assert windows[1:] == [WINDOW]


@pytest.mark.parametrize(
    "values", [{"num_beams": 2}, {"num_return_sequences": 2}, {"do_sample": True, "temperature": 0.5}]
)
def test_beam_search_and_sampling_have_the_whole_window(values: dict[str, object]) -> None:
    assert short_window(RATE, Options(values, 4)) is None


def test_a_long_clip_has_the_whole_window() -> None:
    greedy = Options({}, 4)
    assert short_window(int(LONGEST * RATE) + 1, greedy) is None
    assert short_window(int(LONGEST * RATE), greedy) == (LONGEST + SILENCE) * RATE
    assert short_window(0, greedy) == SILENCE * RATE


def test_the_decoder_sees_30_seconds_however_short_the_window(engine: WhisperEngine, fox: Samples) -> None:
    encoded = engine._encode(fox, int(8 * RATE))
    filled = filled_up(encoded, engine._silence)
    assert encoded.shape[1] == 400
    assert filled.shape == engine._encode(fox, WINDOW).shape
    assert np.array_equal(filled[:, :400], encoded)
    assert np.array_equal(filled[:, 400:], engine._silence[:, 400:])


def test_the_features_of_a_short_window_are_the_beginning_of_all(fox: Samples) -> None:
    features = LogMel(80)
    assert np.array_equal(features(fox, 8 * RATE), features(fox)[:, :, :800])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" The quick brown fox jumps over the lazy dog.", False),
        (" No, no.", False),
        ("", False),
        (" and then, and then, and then he went", True),
        (" It was late in the year. It was late, and then some.", False),
        (" The narratives disagree on how long it was. The narratives disagree on how it was.", True),
        (" la la la", True),
        (" 谢谢大家谢谢大家谢谢大家", True),
        (
            " "
            + " ".join(f"It was {word} of the thing that was said." for word in ["one", "two", "three"]) * 4,
            True,
        ),
    ],
)
def test_repetition_is_the_sign_of_a_loop(text: str, expected: bool) -> None:  # noqa: FBT001
    assert is_suspicious(text) is expected

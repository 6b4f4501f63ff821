import numpy as np
import pytest

from components.audio.decoding import Clip
from components.evaluation.latency_plan import cuts, whole
from components.whisper.contract import SAMPLE_RATE


def clip(seconds: float) -> Clip:
    return Clip(np.arange(int(seconds * SAMPLE_RATE)).astype(np.int16), "speech.wav", "wav")


def test_a_long_clip_is_cut_to_its_first_seconds() -> None:
    made = cuts(clip(40))
    assert [cut.name for cut in made] == [
        "speech.wav, first 5 s",
        "speech.wav, first 15 s",
        "speech.wav, first 30 s",
    ]
    assert [cut.seconds for cut in made] == [5, 15, 30]
    assert all(np.array_equal(cut.samples, clip(40).samples[: len(cut.samples)]) for cut in made)


def test_a_short_clip_is_repeated_to_the_lengths_that_it_does_not_fill() -> None:
    short = clip(7)
    first, second, third = cuts(short)
    assert first.name == "speech.wav, first 5 s"
    assert (second.name, third.name) == ("speech.wav, repeated to 15 s", "speech.wav, repeated to 30 s")
    assert second.seconds == 15
    count = len(short.samples)
    assert np.array_equal(second.samples[count : 2 * count], short.samples)
    assert np.array_equal(second.samples[2 * count :], short.samples[:SAMPLE_RATE])


def test_a_clip_of_that_very_length_is_all_there() -> None:
    (cut,) = cuts(clip(5), (5,))
    assert cut.name == "speech.wav, first 5 s"
    assert np.array_equal(cut.samples, clip(5).samples)


def test_a_clip_that_an_endpoint_hears_whole_stays_as_it_is() -> None:
    given = clip(30)
    assert whole(given) is given


@pytest.mark.parametrize("seconds", [30.001, 45])
def test_of_a_longer_one_goes_what_an_endpoint_hears(seconds: float) -> None:
    cut = whole(clip(seconds))
    assert (cut.name, cut.seconds) == ("speech.wav, first 30 s", 30)

"""What was published is complete, and its wording names source and conditions."""

import pytest

from components.audio.samples import EXCITING_TIMES
from components.evaluation.results import published
from components.whisper.models import find_model

SIX = ["whisper-tiny", "whisper-base", "whisper-small", "whisper-medium", "whisper-large", "whisper-large-v2"]


def test_the_six_of_the_blog_come_first_and_the_newer_two_after_them() -> None:
    names = [model.name for model in published.PUBLISHED]
    assert names == [*SIX, "whisper-large-v3", "whisper-large-v3-turbo"]


def test_only_the_six_have_the_figures_of_the_blog() -> None:
    in_blog = [m.name for m in published.PUBLISHED if m.word_error_rate and m.latency]
    assert in_blog == SIX
    newer = published.PUBLISHED[len(SIX) :]
    assert [(m.word_error_rate, m.latency, m.leaderboard_error_rate) for m in newer] == [
        (None, None, 2.01),
        (None, None, 2.10),
    ]


def test_each_of_the_six_transcribed_the_clip() -> None:
    assert list(published.TEXTS) == SIX


@pytest.mark.parametrize(
    ("model", "differences"),
    [
        ("whisper-tiny", {("learning.", "lighting."), ("want", "won")}),
        ("whisper-base", {("want", "won")}),
        ("whisper-small", set()),
        ("whisper-large-v2", set()),
    ],
)
def test_what_was_misheard(model: str, differences: set[tuple[str, str]]) -> None:
    said, heard = EXCITING_TIMES.split(), published.TEXTS[model].split()
    assert {pair for pair in zip(said, heard, strict=True) if pair[0] != pair[1]} == differences


def test_the_wording_names_sources_and_conditions() -> None:
    for text in ("test-clean", "AWS Machine Learning Blog", "5.01"):
        assert text in published.WORD_ERROR_RATE
    for text in ("Open ASR Leaderboard", "normalizer"):
        assert text in published.LEADERBOARD_ERROR_RATE
    for text in ("100 requests", "one at a time", "ml.g5.2xlarge", "AWS Machine Learning Blog"):
        assert text in published.LATENCY
    assert "translated back from a German copy" in published.TEXTS_SOURCE


def test_the_model_compared_with_is_in_the_catalog() -> None:
    assert find_model(published.REFERENCE_MODEL)

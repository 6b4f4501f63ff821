"""Long recordings of real speech with real weights: what joining the chunks costs in words."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from components.audio.decoding import Clip
from components.evaluation.datasets.dataset import bundled
from components.evaluation.results.normalizers import tokens
from components.evaluation.results.word_errors import Counts, align
from tests.cli.account import Outcome, Shell

Transcribe = Callable[..., Outcome]
UTTERANCES = 12


@pytest.fixture
def transcribe(endpoint_url: str, shell: Shell) -> Transcribe:
    return lambda *argv: shell("transcribe", *argv, "--endpoint-url", endpoint_url)


def joined(count: int, seed: int = 0) -> tuple[Clip, str]:
    """The first sentences of the small data set one after another, with 0.2 to 0.9 s between, and what they say."""
    random, utterances = np.random.default_rng(seed), bundled().utterances[:count]
    parts = [
        part
        for utterance in utterances
        for part in (utterance.read().samples, np.zeros(int(16_000 * random.uniform(0.2, 0.9)), np.int16))
    ]
    return Clip(np.concatenate(parts), "talk.wav", ""), " ".join(u.reference for u in utterances)


def errors(said: str, heard: str) -> Counts:
    return align(tokens(said, "english"), tokens(heard, "english")).counts


def test_a_long_recording_is_heard_as_well_as_its_clips_one_by_one(
    transcribe: Transcribe, tmp_path: Path
) -> None:
    clip, said = joined(UTTERANCES)
    assert clip.seconds > 35
    (tmp_path / "talk.wav").write_bytes(clip.wav())
    asked = ("--language", "english", "--task", "transcribe")
    code, heard, err = transcribe(tmp_path / "talk.wav", *asked)
    assert code == 0, err
    together = errors(said, heard)
    alone = Counts()
    for utterance in bundled().utterances[:UTTERANCES]:
        (tmp_path / "one.wav").write_bytes(utterance.read().wav())
        alone += errors(utterance.reference, transcribe(tmp_path / "one.wav", *asked)[1])
    assert together.reference == alone.reference
    assert together.errors / together.reference <= alone.errors / alone.reference + 0.005


def test_speech_without_a_pause_loses_and_doubles_no_word_at_its_seams(
    transcribe: Transcribe, tmp_path: Path
) -> None:
    # Every pause is cut out.
    clips = [utterance.read().samples for utterance in bundled().utterances[:14]]
    loud = [clip[np.abs(clip) > 0.01 * np.abs(clip).max()] for clip in clips]
    said = " ".join(utterance.reference for utterance in bundled().utterances[:14])
    clip = Clip(np.concatenate(loud), "rush.wav", "")
    assert clip.seconds > 35
    (tmp_path / "rush.wav").write_bytes(clip.wav())
    code, heard, _ = transcribe(tmp_path / "rush.wav", "--language", "english", "--task", "transcribe")
    assert code == 0
    count = errors(said, heard)
    # Speech that was cut about so is hard to understand, but not a second of it is missing or said twice.
    assert abs(len(heard.split()) - len(said.split())) <= 0.06 * len(said.split())
    assert count.deletions + count.insertions <= 0.1 * count.reference

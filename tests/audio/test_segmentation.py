"""Cutting, with a voice activity that takes every sample but 0 for speech; the real one is in test_long.py."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import pytest

from components.audio import segmentation
from components.audio.decoding import Samples
from components.audio.segmentation import LONGEST_CHUNK, OVERLAP, Chunk, Segmenter, chunks
from components.audio.voice_activity import WINDOW, Probabilities

RATE = 16_000
STEP = WINDOW / RATE


class Loud:
    """Speech is what is not silent."""

    def __init__(self) -> None:
        self.rest: Samples = np.empty(0, np.int16)

    def add(self, samples: Samples) -> Probabilities:
        heard = np.concatenate((self.rest, samples))
        whole = len(heard) // WINDOW * WINDOW
        self.rest = heard[whole:]
        return (np.abs(heard[:whole].reshape(-1, WINDOW)).max(axis=1, initial=0) > 0).astype(np.float32)

    def end(self) -> Probabilities:
        return np.ones(int(len(self.rest) > 0), np.float32) * bool(self.rest.any())


@pytest.fixture(autouse=True)
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmentation, "VoiceActivity", Loud)


def recording(*seconds: float) -> Samples:
    """Speech and silence in turns, beginning with speech; every sample of speech tells where it is."""
    parts = [np.full(round(length * RATE), number % 2 == 0) for number, length in enumerate(seconds)]
    loud = np.concatenate(parts)
    return np.where(loud, 1 + np.arange(len(loud)) % 30_000, 0).astype(np.int16)


def cut(samples: Samples, length: int = RATE) -> list[Chunk]:
    return list(chunks(samples[at : at + length] for at in range(0, len(samples), length)))


def test_what_is_short_is_one_chunk_with_a_little_silence_around_it() -> None:
    (chunk,) = cut(recording(0, 2, 5, 2))
    assert chunk.start == pytest.approx(1.84, abs=2 * STEP)
    assert chunk.end == pytest.approx(7.16, abs=2 * STEP)
    ((begin, end),) = chunk.speech
    assert [begin, end] == pytest.approx([2, 7], abs=STEP)
    assert chunk.shared == 0


def test_no_sample_of_speech_is_lost_doubled_or_moved() -> None:
    random = np.random.default_rng(1)
    lengths = [value for _ in range(60) for value in (random.uniform(0.3, 9), random.uniform(0.12, 5))]
    samples = recording(*lengths)
    seen = np.zeros(len(samples), int)
    for chunk in cut(samples):
        start = round(chunk.start * RATE)
        assert np.array_equal(chunk.samples, samples[start : start + len(chunk.samples)])
        seen[start : start + len(chunk.samples)] += 1
    assert seen.max() == 1
    assert np.all(seen[samples != 0] == 1)


@pytest.mark.parametrize("length", [700, RATE, 40 * RATE, 10**7])
def test_the_chunks_are_the_same_however_the_recording_comes(length: int) -> None:
    samples = recording(*(3, 0.4, 8, 1, 20, 0.2, 40, 6, 5, 2))
    assert [(p.start, p.end, p.speech, p.shared) for p in cut(samples, length)] == [
        (p.start, p.end, p.speech, p.shared) for p in cut(samples)
    ]


def test_short_neighbours_are_merged_up_to_the_longest_chunk_and_none_is_longer() -> None:
    found = cut(recording(*[2, 0.5] * 40))
    assert max(chunk.end - chunk.start for chunk in found) <= LONGEST_CHUNK
    assert len(found) <= 100 / 14 + 1


def test_of_the_pauses_late_in_a_chunk_the_longest_is_where_it_ends() -> None:
    first, _ = cut(recording(16, 0.8, 6, 0.2, 10))
    assert first.end == pytest.approx(16.16, abs=3 * STEP)


def test_a_long_silence_is_in_no_chunk() -> None:
    first, second = cut(recording(2, 10, 2))
    assert first.end < 2.25
    assert second.start > 11.75


def test_where_nobody_speaks_there_is_no_chunk() -> None:
    assert cut(np.zeros(100 * RATE, np.int16)) == []
    assert cut(np.empty(0, np.int16)) == []


def test_who_speaks_without_a_pause_is_heard_in_chunks_that_overlap() -> None:
    samples = recording(70)
    found = cut(samples)
    assert [chunk.shared for chunk in found] == pytest.approx([0, OVERLAP, OVERLAP], abs=STEP)
    for before, after in pairwise(found):
        assert before.end - after.start == pytest.approx(after.shared, abs=1e-6)
        assert before.end - before.start == pytest.approx(LONGEST_CHUNK, abs=STEP)
    assert found[-1].end == pytest.approx(70, abs=STEP)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_network_says_chunks_fit_and_share_what_they_overlap(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = np.random.default_rng(seed)
    # Speech that wavers between certain and doubtful, now and then silent.
    level = np.clip(np.cumsum(random.normal(0, 0.08, 6000)) % 1.6, 0, 1).astype(np.float32)

    class Wavering(Loud):
        at = 0

        def add(self, samples: Samples) -> Probabilities:
            count = len(super().add(samples))
            self.at += count
            return level[self.at - count : self.at]

        def end(self) -> Probabilities:
            return np.empty(0, np.float32)

    monkeypatch.setattr(segmentation, "VoiceActivity", Wavering)
    found = cut(np.ones(len(level) * WINDOW, np.int16))
    assert max(chunk.end - chunk.start for chunk in found) <= LONGEST_CHUNK + STEP
    heard = np.zeros(len(level), bool)
    for chunk in found:
        heard[round(chunk.start / STEP) : round(chunk.end / STEP)] = True
    assert heard[level >= 0.5].all()
    for before, after in pairwise(found):
        assert max(0.0, before.end - after.start) == pytest.approx(after.shared, abs=1e-6)


def test_after_a_pause_nothing_is_shared_any_more() -> None:
    found = cut(recording(40, 1, 20))
    assert [chunk.shared > 0 for chunk in found] == [False, True, False]


def test_no_more_is_read_than_it_takes() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Samples]:
        block = recording(0.7, 0.3)
        while True:
            taken.append(len(block))
            yield block

    found = chunks(endless())
    for number in range(1, 50):
        next(found)
        # What is decided leaves: an hour takes no more memory than a minute.
        assert sum(taken) / RATE <= number * LONGEST_CHUNK + 35


def test_a_chunk_is_given_as_soon_as_it_is_decided() -> None:
    def blocks() -> Iterable[Samples]:
        yield recording(5, 40)
        raise AssertionError("it has waited for more")

    assert next(iter(chunks(blocks()))).end < 6


def test_a_cutter_ends_a_chunk_at_a_pause_as_long_as_told() -> None:
    segmenter = Segmenter(longest_pause=0.5)
    assert segmenter.add(recording(2, 0.4)) == []
    assert segmenter.add(recording(0, 0.04)) == []
    (first,) = segmenter.add(recording(0, 0.2))
    assert first.end == pytest.approx(2.16, abs=2 * STEP)
    assert segmenter.add(recording(1)) == []
    (second,) = segmenter.end()
    assert second.start == pytest.approx(2.48, abs=3 * STEP)


def test_what_is_unfinished_is_the_next_chunk_once_its_pause_is_long_enough() -> None:
    segmenter = Segmenter(longest_pause=0.5)
    assert segmenter.unfinished is None
    segmenter.add(recording(0, 1))
    assert segmenter.unfinished is None
    segmenter.add(recording(2))
    growing = segmenter.unfinished
    assert growing
    assert growing.end - growing.start == pytest.approx(2.16, abs=2 * STEP)
    segmenter.add(recording(0, 0.3))
    before = segmenter.unfinished
    (chunk,) = segmenter.add(recording(0, 0.3))
    assert before
    assert (chunk.start, chunk.end, chunk.speech) == (before.start, before.end, before.speech)
    assert np.array_equal(chunk.samples, before.samples)
    assert segmenter.unfinished is None


def test_what_is_unfinished_is_never_longer_than_a_chunk() -> None:
    segmenter = Segmenter(longest_pause=0.5)
    segmenter.add(recording(28.3))
    growing = segmenter.unfinished
    assert growing
    assert growing.end - growing.start <= LONGEST_CHUNK

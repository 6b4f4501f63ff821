from itertools import pairwise

import numpy as np
import pytest

from components.transcript.sentence_timing import part_of, sentences


def test_sentences_follow_one_another_through_the_speech() -> None:
    found = sentences("One two. Three four? Five six!", [(1.0, 4.0)])
    assert [sentence.text for sentence in found] == ["One two.", "Three four?", "Five six!"]
    assert (found[0].start, found[-1].end) == (1.0, 4.0)
    for before, after in pairwise(found):
        assert before.start < before.end <= after.start


def test_a_sentence_that_ends_near_a_pause_ends_there() -> None:
    first, second = sentences("One two three. Four five six.", [(0.0, 2.5), (3.5, 6.0)])
    assert (first.end, second.start) == (2.5, 3.5)


def test_what_is_far_from_any_pause_is_timed_by_its_letters() -> None:
    first, second = sentences("Aaaa aaaa. Bbbb bbbb.", [(0.0, 18.0), (19.0, 20.0)])
    assert first.end == second.start == pytest.approx(9.5)


def test_no_time_runs_backwards_where_two_sentences_settle_at_one_pause() -> None:
    found = sentences("No. No. " + "Something much longer than that follows here.", [(0.0, 0.4), (1.4, 4.0)])
    times = [time for sentence in found for time in (sentence.start, sentence.end)]
    assert times == sorted(times)


@pytest.mark.parametrize("seed", range(20))
def test_no_time_ever_runs_backwards(seed: int) -> None:
    random = np.random.default_rng(seed)
    for _ in range(50):
        edges = np.cumsum(random.choice([0.05, 0.1, 0.2, 0.5, 1.0, 3.0], 2 * random.integers(1, 6)))
        speech = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
        text = " ".join("a" * count + "." for count in random.integers(1, 20, random.integers(1, 8)))
        times = [time for sentence in sentences(text, speech) for time in (sentence.start, sentence.end)]
        assert times == sorted(times)


def test_titles_and_missing_marks_end_no_sentence() -> None:
    assert [s.text for s in sentences("Mr. Smith met Dr. Jones and went", [(0.0, 2.0)])] == [
        "Mr. Smith met Dr. Jones and went"
    ]
    assert [
        s.text for s in sentences("At 5 p.m. the U.S. team won. So did I. Then we slept.", [(0.0, 9.0)])
    ] == [
        "At 5 p.m. the U.S. team won.",
        "So did I.",
        "Then we slept.",
    ]


def test_chinese_has_marks_of_its_own() -> None:
    assert [
        s.text for s in sentences("今天天气好。我们走吧\N{FULLWIDTH EXCLAMATION MARK}", [(0.0, 2.0)])
    ] == [
        "今天天气好。",
        "我们走吧\N{FULLWIDTH EXCLAMATION MARK}",
    ]


def test_nothing_said_has_no_sentences() -> None:
    assert sentences("  ", [(0.0, 2.0)]) == []
    assert sentences("Words.", []) == []


def test_a_part_of_a_sentence_has_its_share_of_the_time() -> None:
    (sentence,) = sentences("abcdefghij", [(10.0, 20.0)])
    assert part_of(sentence, 2, 5) == (12.0, 15.0)


@pytest.mark.parametrize("text", ["नमस्ते दुनिया। आप कैसे हैं।", "كيف حالك؟ أنا بخير.", "မင်္ဂလာပါ။ နေကောင်းလား။"])
def test_sentences_of_other_scripts_end_with_their_own_marks(text: str) -> None:
    assert len(sentences(text, [(0.0, 4.0)])) == 2


@pytest.mark.parametrize(("off", "end"), [(0.95, 2.0), (1.05, 3.05)])
def test_a_sentence_settles_at_a_pause_that_is_a_second_off_at_most(off: float, end: float) -> None:
    # Its letters are over at 2.0 + off, or would be, did it not end at the pause.
    letters = 10
    said = (2.0 + off) / 20.0
    text = f"{'a' * (letters - 1)}. {'b' * (round(letters / said) - letters - 1)}."
    first, _ = sentences(text, [(0.0, 2.0), (2.2, 20.2)])
    assert first.end == pytest.approx(end, abs=0.2)


@pytest.mark.parametrize(("lasts", "ends_there"), [(0.19, False), (0.21, True)])
def test_what_is_shorter_than_a_fifth_of_a_second_is_no_pause(lasts: float, ends_there: bool) -> None:  # noqa: FBT001
    first, second = sentences("One two three. Four five six.", [(0.0, 2.4), (2.4 + lasts, 5.0)])
    assert (second.start - first.end == pytest.approx(lasts)) is ends_there

import re
from itertools import pairwise

import numpy as np
import pytest

from components.transcript.cues import (
    MAX_LINE_LENGTH,
    MAX_LINES,
    MAX_SECONDS,
    MAX_SHIFT,
    MIN_SECONDS,
    Cue,
    cues,
)
from components.transcript.export import srt, vtt
from components.transcript.sentence_timing import Sentence

WORDS = ["the", "quick", "brown", "fox", "jumps", "while", "somebody", "somewhere", "internationalises", "it"]


def made_up(seed: int, count: int = 40) -> list[Sentence]:
    """Sentences of one to sixty words, spoken at all speeds, some without a pause between them."""
    random = np.random.default_rng(seed)
    found, now = [], 0.0
    for _ in range(count):
        words = random.choice(WORDS, random.integers(1, 60))
        lasts = len(words) * random.uniform(0.1, 1.5)
        found.append(Sentence(" ".join(words) + ".", now, now + lasts))
        now += lasts + random.choice([0.0, 0.3, 5.0])
    return found


@pytest.mark.parametrize("seed", range(5))
def test_every_cue_can_be_read(seed: int) -> None:
    found = cues(made_up(seed))
    for cue in found:
        assert 1 <= len(cue.lines) <= MAX_LINES
        assert all(0 < len(line) <= MAX_LINE_LENGTH for line in cue.lines)
        assert MIN_SECONDS - 1e-6 <= cue.end - cue.start <= MAX_SECONDS + 1e-6
    for before, after in pairwise(found):
        assert before.end <= after.start + 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_no_word_is_lost_doubled_or_moved(seed: int) -> None:
    sentences = made_up(seed)
    said = " ".join(sentence.text for sentence in sentences)
    assert " ".join(line for cue in cues(sentences) for line in cue.lines) == said


def test_a_cue_stands_while_its_sentence_is_said() -> None:
    (cue,) = cues([Sentence("Hello there, world.", 61.5, 63.25)])
    assert (cue.start, cue.end, cue.lines) == (61.5, 63.25, ("Hello there, world.",))


def test_two_lines_are_as_even_as_can_be() -> None:
    (cue,) = cues([Sentence("We are living in very exciting times with machine learning.", 0.0, 4.0)])
    assert cue.lines == ("We are living in very exciting", "times with machine learning.")


def test_wide_characters_count_double_and_need_no_spaces() -> None:
    text = "我们生活在机器学习非常激动人心的时代" * 4
    found = cues([Sentence(text, 0.0, 20.0)])
    assert all(len(line) <= MAX_LINE_LENGTH / 2 for cue in found for line in cue.lines)
    assert "".join(line for cue in found for line in cue.lines) == text


def test_a_word_that_is_longer_than_a_line_is_broken() -> None:
    text = "x" * 300
    found = cues([Sentence(text, 0.0, 3.0)])
    assert "".join(line for cue in found for line in cue.lines) == text
    assert all(len(line) <= MAX_LINE_LENGTH for cue in found for line in cue.lines)


def test_no_line_of_chinese_begins_with_a_full_stop_or_ends_with_an_opening_bracket() -> None:
    found = cues([Sentence("我们（生活）在「机器学习」非常激动人心的时代。" * 6, 0.0, 30.0)])
    lines = [line for cue in found for line in cue.lines]
    assert len(lines) > 5
    assert not any(line[0] in "。）」" or line[-1] in "（「" for line in lines)


def test_short_cues_of_chinese_are_joined_without_a_space() -> None:
    (cue,) = cues([Sentence("你好。", 0.0, 0.4), Sentence("谢谢。", 0.5, 1.4)])
    assert cue.lines == ("你好。谢谢。",)


def test_srt() -> None:
    said = [Sentence("One.", 0.0, 2.0), Sentence("Two & a < b.", 3661.0, 3663.5)]
    assert srt(said) == (
        "1\n00:00:00,000 --> 00:00:02,000\nOne.\n\n2\n01:01:01,000 --> 01:01:03,500\nTwo & a < b.\n"
    )


def test_srt_has_nothing_in_a_text_that_players_take_for_its_marks() -> None:
    written = srt([Sentence(r"{\an8}a --> b <i>c</i>", 0.0, 2.0)])
    assert written.splitlines()[2] == r"(\an8)a → b ‹i>c‹/i>"


def test_vtt_takes_nothing_in_a_text_for_its_marks() -> None:
    said = [Sentence("a --> b <i>c</i> & d", 0.0, 2.0)]
    assert vtt(said) == ("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\na --&gt; b &lt;i&gt;c&lt;/i&gt; &amp; d\n")
    assert not re.search(r"<[a-z]", vtt(said))


def test_nothing_said_is_an_empty_file() -> None:
    assert srt([]) == ""
    assert vtt([]) == "WEBVTT\n"


def test_white_space_within_a_sentence_breaks_no_file() -> None:
    (cue,) = cues([Sentence("a" + " " * 200 + "b\n\nc", 0.0, 2.0)])
    assert cue.lines == ("a b c",)


def test_a_word_that_fits_on_a_line_is_never_broken() -> None:
    text = "Sie kennen die Geschwindigkeitsbegrenzung auf dieser Autobahn."
    found = cues([Sentence(text, 0.0, 5.0)])
    assert " ".join(line for cue in found for line in cue.lines) == text


def test_what_is_one_character_to_the_eye_stays_one() -> None:
    family = "👨\u200d👩\u200d👧"
    found = cues([Sentence(family * 40, 0.0, 10.0)])
    assert all(line.count(family) * len(family) == len(line) for cue in found for line in cue.lines)


def test_short_cues_of_thai_are_joined_without_breaking_a_word() -> None:
    text = "วันนี้อากาศดีมากเราไปเดินเล่นกันที่สวนสาธารณะใกล้บ้าน"
    found = cues([Sentence(text, 0.0, 0.9), Sentence("ดี", 1.0, 1.3)])
    assert "".join(line for cue in found for line in cue.lines).replace(" ", "") == text + "ดี"


@pytest.mark.parametrize("seed", range(30))
def test_however_fast_somebody_speaks_no_cue_begins_before_the_last_one_ends(seed: int) -> None:
    random = np.random.default_rng(seed)
    starts = np.cumsum(random.uniform(0.2, 0.8, 30))
    found = cues(
        Sentence("word " * int(random.integers(6, 14)) + "end.", at, at + 0.2) for at in starts.tolist()
    )
    assert all(after.start >= before.end for before, after in pairwise(found))


def lateness(found: list[Cue], sentences: list[Sentence]) -> float:
    """The most by which a word that is said once is shown before or after its time."""
    begins = {sentence.text: sentence.start for sentence in sentences}
    return max(abs(cue.start - begins[cue.text]) for cue in found if cue.text in begins)


def looping(until: float, *, is_doubtful: bool = True) -> list[Sentence]:
    """A chunk of five seconds caught in a loop, and plain talk after it."""
    loop = Sentence("and so it goes on " * 100 + "and so it goes.", 10.0, 15.0, is_doubtful)
    after = [Sentence(f"This is sentence number {n}.", 15.0 + 2 * n, 17.0 + 2 * n) for n in range(20)]
    return [loop, *(sentence for sentence in after if sentence.end <= until)]


def test_a_loop_is_cut_short_and_moves_nothing_that_comes_after_it() -> None:
    sentences = looping(60.0)
    found = cues(sentences)
    assert lateness(found, sentences) <= MAX_SHIFT
    in_loop = [cue for cue in found if "and so" in cue.text]
    assert 5 <= len(in_loop) <= 7
    assert all(cue.end - cue.start >= MIN_SECONDS - 1e-9 for cue in in_loop)
    assert in_loop[1].text.endswith("so it goes …")
    assert in_loop[0].start == 10.0
    # From the second sentence on everything stands where it is said.
    assert [cue.start for cue in found if "number 2" in cue.text] == [19.0]


def test_words_that_nobody_doubts_are_all_there_however_fast_they_come() -> None:
    sentences = looping(60.0, is_doubtful=False)
    found = cues(sentences)
    assert " ".join(cue.text for cue in found) == " ".join(sentence.text for sentence in sentences)
    assert lateness(found, sentences) <= MAX_SHIFT
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(found))


def test_many_short_sentences_in_a_row_do_not_drift() -> None:
    text = "Forty columns of a sentence that is said"
    sentences = [Sentence(f"{text} {n:03}.", 0.7 * n, 0.7 * n + 0.7) for n in range(100)]
    found = cues(sentences, 70.0)
    assert lateness(found, sentences) <= MAX_SHIFT
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(found))


def test_no_cue_stands_longer_than_the_recording() -> None:
    first, last = cues([Sentence("Hello there, everybody.", 0.0, 5.0), Sentence("Bye.", 9.7, 9.9)], 10.0)
    assert (first.start, first.end) == (0.0, 5.0)
    # Its second is taken from the silence before it.
    assert (last.start, last.end) == (9.0, 10.0)


def test_no_cue_begins_before_the_recording() -> None:
    (cue,) = cues([Sentence("Hi.", 0.1, 0.3)], 0.5)
    assert (cue.start, cue.end) == (0.0, 0.5)


def test_what_is_doubtful_is_not_joined_with_what_is_not() -> None:
    found = cues([Sentence("Yes.", 0.0, 0.5, is_doubtful=True), Sentence("No.", 0.5, 0.9)])
    assert [cue.text for cue in found] == ["Yes.", "No."]
    # A note in a WebVTT file is for whoever opens it, not for the screen.
    assert vtt([], note="a --> b").splitlines() == ["WEBVTT", "", "NOTE a --&gt; b"]


@pytest.mark.parametrize(("pause", "count"), [(1.0, 1), (1.01, 2)])
def test_short_cues_are_joined_over_a_second_at_most(pause: float, count: int) -> None:
    assert len(cues([Sentence("Yes.", 0.0, 0.5), Sentence("No.", 0.5 + pause, 4.0)])) == count


@pytest.mark.parametrize(("end", "count"), [(6.99, 1), (7.01, 2)])
def test_short_cues_are_joined_to_seven_seconds_at_most(end: float, count: int) -> None:
    assert len(cues([Sentence("Yes.", 0.0, 0.5), Sentence("No.", 0.6, end)])) == count


@pytest.mark.parametrize(("lasts", "count"), [(0.99, 1), (1.0, 2)])
def test_cues_that_are_long_enough_are_not_joined(lasts: float, count: int) -> None:
    assert len(cues([Sentence("Yes.", 0.0, lasts), Sentence("No.", lasts, lasts + 3)])) == count


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(59.9996, "00:01:00,000"), (3599.9996, "01:00:00,000"), (360_000.0, "100:00:00,000")],
)
def test_a_time_is_rounded_as_a_whole(seconds: float, written: str) -> None:
    assert f"\n{written} --> " in f"\n{srt([Sentence('One.', seconds, seconds + 2)])[2:]}"

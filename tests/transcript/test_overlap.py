import pytest

from components.core.text import one_after_another
from components.transcript.overlap import find_cut, without_overlaps


def text(before: str, after: str, shared: float = 4.0) -> str:
    end, begin = find_cut(before, after, shared)
    return one_after_another(filter(None, (before[:end].strip(), after[begin:].strip())))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("we went down to the old", "down to the old house by the sea"),
        ("we went down to the old", "Down to the old house, by the sea"),
        # A text is least sure of itself at its ends.
        ("we went down to the oh", "downed to the old house by the sea"),
        ("we went down to the old house but", "the old house by the sea"),
    ],
)
def test_what_both_heard_stands_once(before: str, after: str) -> None:
    found = text(before, after).lower().replace(",", "")
    assert found == "we went down to the old house by the sea"


def test_where_they_agree_on_nothing_everything_stays() -> None:
    assert text("one two", "three four") == "one two three four"
    assert text("", "three four") == "three four"
    assert text("one two", "") == "one two"


def test_a_single_word_that_agrees_by_chance_is_no_seam() -> None:
    assert text("the cat and", "and nobody knew") == "the cat and and nobody knew"


def test_only_what_can_have_been_shared_is_looked_at() -> None:
    before = "in the beginning " + "so it went on and on " * 3
    assert text(before, "in the beginning there was more", shared=1.0).startswith(before.strip())
    assert text(before, "in the beginning there was more", shared=1.0).endswith(
        "in the beginning there was more"
    )


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("今天天气很好我们一起去公园", "我们一起去公园散步吧。", "今天天气很好我们一起去公园散步吧。"),
        ("今天天气很好，我们一起去", "我们一起去公园散步吧。", "今天天气很好，我们一起去公园散步吧。"),
        ("昨日は友達と一緒に映画を", "一緒に映画を見ました。", "昨日は友達と一緒に映画を見ました。"),
        ("วันนี้อากาศดีมากเราไปเดิน", "อากาศดีมากเราไปเดินเล่นกัน", "วันนี้อากาศดีมากเราไปเดินเล่นกัน"),
        ("우리는 바다로 내려가서", "바다로 내려가서 집을 보았다.", "우리는 바다로 내려가서 집을 보았다."),
    ],
)
def test_languages_without_spaces_have_seams_too(before: str, after: str, whole: str) -> None:
    # Thai sentences have a space between them; at a find_cut it does no harm.
    assert text(before, after).replace(" ", "") == whole.replace(" ", "")


def test_one_word_of_two_letters_is_no_seam_either() -> None:
    assert text("今天我们", "我们很好") == "今天我们我们很好"


def test_punctuation_alone_is_nothing_to_agree_on() -> None:
    assert text("one – two – three", "four – five – six") == "one – two – three four – five – six"
    assert (
        text("we went – down to the old", "down – to the – old house") == "we went – down to the – old house"
    )


def test_words_said_twice_stay_twice_where_nothing_is_shared() -> None:
    texts = ["never again", "never again"]
    assert without_overlaps(texts, [0.0, 0.0]) == texts
    assert " ".join(without_overlaps(texts, [0.0, 4.0])) == "never again"


def test_a_chunk_between_two_seams_keeps_its_middle() -> None:
    said = [f"w{number}" for number in range(30)]
    texts = [" ".join(said[begin:end]) for begin, end in ((0, 12), (8, 22), (18, 30))]
    assert " ".join(without_overlaps(texts, [0.0, 4.0, 4.0])).split() == said


def test_of_two_that_agree_as_well_the_one_at_the_seam_counts() -> None:
    before = "I want to say thank you and now once more thank you"
    assert text(before, "thank you for coming") == f"{before} for coming"


def test_hindi_words_that_differ_in_a_vowel_are_no_seam() -> None:
    assert text("उसने कहा की के", "का को घर गया") == "उसने कहा की के का को घर गया"
    assert text("उसने कहा हम घर", "हम घर गए।") == "उसने कहा हम घर गए।"


@pytest.mark.parametrize(("shared", "whole"), [(0.4, "a b c d e f g"), (0.3, "a b c d c d e f g")])
def test_five_words_a_second_can_be_shared(shared: float, whole: str) -> None:
    assert text("a b c d", "c d e f g", shared) == whole


def test_two_words_that_agree_are_enough() -> None:
    assert text("one two three", "two three four") == "one two three four"

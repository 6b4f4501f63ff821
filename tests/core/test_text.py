import pytest

from components.core.text import bare, columns, one_after_another, repetition, tokens, words_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello there, (you)  two — no.", ["Hello ", "there, ", "(you)  ", "two ", "— ", "no."]),
        ("don't well-known 3,000", ["don't ", "well-known ", "3,000"]),
        ("我们（在）学习。", ["我", "们", "（在）", "学", "习。"]),
        ("データーです", ["デー", "ター", "で", "す"]),
        ("AIは速い", ["AI", "は", "速", "い"]),
        ("น้ำดี มาก", ["น้ำ", "ดี ", "ม", "า", "ก"]),
        ("안녕하세요 여러분.", ["안녕하세요 ", "여러분."]),
        (" lead ", [" lead "]),
        ("。。", ["。。"]),
        ("  ", ["  "]),
        ("", []),
    ],
)
def test_tokens_are_what_lines_may_be_broken_between(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected
    assert "".join(expected) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("... — !", 0),
        ("It's two words.", 3),
        ("我们生活在", 2.5),
        ("（我）", 0.5),
        ("สวัสดี", 1),
        ("AIは速い", 2.5),
    ],
)
def test_words_are_counted_and_where_none_shows_where_they_end_estimated(text: str, words: float) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize(
    ("sentences", "text"),
    [
        (["One.", "Two."], "One. Two."),
        (["你好。", "我是", "谁"], "你好。我是谁"),
        (["정말", "그래요."], "정말 그래요."),
        (["สวัสดี", "ครับ"], "สวัสดี ครับ"),
        (["你好。", "Hello.", "再见。"], "你好。Hello. 再见。"),
        ([], ""),
    ],
)
def test_sentences_have_a_space_between_them_where_their_language_has(
    sentences: list[str], text: str
) -> None:
    assert one_after_another(sentences) == text


def test_wide_characters_take_two_columns() -> None:
    assert columns("ab你好") == 6


@pytest.mark.parametrize(
    ("text", "times", "words"),
    [
        ("And so it goes, and so it goes, and so it goes.", 3, "and so it goes"),
        ("And so it goes, and so it goes, and so it goes.", 4, ""),
        ("well no no no no", 4, "no"),
        ("no no no", 4, ""),
        ("谢谢大家谢谢大家", 2, "谢"),
        ("", 2, ""),
    ],
)
def test_what_comes_again_and_again_at_once_is_found(text: str, times: int, words: str) -> None:
    assert repetition(text, 6, times) == words


def test_what_is_longer_than_asked_for_is_not_looked_for() -> None:
    assert repetition("one two three " * 5, 2, 3) == ""


def test_marks_tell_words_apart() -> None:
    # "he" and "of"; "day" and "poor".
    assert bare("की।") != bare("के।")
    assert bare("दिन") != bare("दीन")
    assert repetition("की के का को", 6, 4) == ""
    assert repetition("की, की। की की", 6, 4) == "की"


def test_the_same_letter_is_the_same_however_it_is_encoded() -> None:
    assert bare("Cafe\N{COMBINING ACUTE ACCENT},") == bare("café") == "café"
    assert bare("\N{COMBINING ACUTE ACCENT}—") == ""

import pytest

from components.seams import joined, without_doubles


def text(before: str, after: str, shared: float = 4.0) -> str:
    one, other = before.split(), after.split()
    end, begin = joined(one, other, shared)
    return " ".join(one[:end] + other[begin:])


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


def test_words_said_twice_stay_twice_where_nothing_is_shared() -> None:
    texts = [["never", "again"], ["never", "again"]]
    assert without_doubles(texts, [0.0, 0.0]) == [(0, 2), (0, 2)]
    begin_and_end = without_doubles(texts, [0.0, 4.0])
    assert sum(end - begin for begin, end in begin_and_end) == 2


def test_a_piece_between_two_seams_keeps_its_middle() -> None:
    said = [f"w{number}" for number in range(30)]
    texts = [said[:12], said[8:22], said[18:]]
    parts = without_doubles(texts, [0.0, 4.0, 4.0])
    kept = [word for words, (begin, end) in zip(texts, parts, strict=True) for word in words[begin:end]]
    assert kept == said

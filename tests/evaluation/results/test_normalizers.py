import pytest

from components.evaluation.results.normalizers import NORMALIZERS, counts_characters, normalizer_label, tokens


def test_english_goes_through_whispers_english_normalizer() -> None:
    assert tokens("Mr. Smith's colour, um, cost $20!", "english") == [
        "mister",
        "smith",
        "is",
        "color",
        "cost",
        "$20",
    ]


def test_other_languages_go_through_the_basic_one() -> None:
    assert tokens("Où est l'Élysée ?", "french") == ["où", "est", "l", "élysée"]
    assert tokens("Où est l'Élysée ?", "french", "basic-letters") == ["ou", "est", "l", "elysee"]


def test_none_changes_nothing() -> None:
    assert tokens(" Don't,  stop. ", "english", "none") == ["Don't,", "stop."]


@pytest.mark.parametrize("language", ["chinese", "japanese", "thai", "lao", "myanmar", "cantonese"])
def test_languages_without_spaces_are_counted_in_characters(language: str) -> None:
    assert counts_characters(language)


def test_korean_and_english_are_counted_in_words() -> None:
    assert not counts_characters("korean")
    assert not counts_characters("english")


@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_chinese_becomes_characters(normalizer: str) -> None:
    assert tokens("你好 世界", "chinese", normalizer) == ["你", "好", "世", "界"]


def test_without_a_normalizer_marks_stay_with_their_characters() -> None:
    assert tokens("สวัสดี", "thai", "none") == ["ส", "วั", "ส", "ดี"]
    assert len(tokens("สวัสดี", "thai")) == 4


def test_the_label_names_what_was_really_used() -> None:
    assert normalizer_label("whisper", "english") == "Whisper's EnglishTextNormalizer"
    assert normalizer_label("whisper", "german") == "Whisper's BasicTextNormalizer"
    assert normalizer_label("none", "english") == "No normalizer"

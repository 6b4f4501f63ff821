import pytest

from components.core.text import compression_ratio
from components.transcript.hallucinations import signs

TEN_SECONDS = [(0.0, 10.0)]
TALK = (
    "We are living in very exciting times with machine learning, and the speed of development will increase."
)


def test_plain_speech_is_not_doubted() -> None:
    assert signs(TALK, TEN_SECONDS) == []
    assert signs("No, no, no.", TEN_SECONDS) == []
    assert signs("", TEN_SECONDS) == []


def test_a_loop_is_told_with_what_comes_again() -> None:
    (reason,) = signs("And so it goes, and so it goes, and so it goes, and so it goes on.", TEN_SECONDS)
    assert reason == "“and so it goes” comes 4 times in a row or more"


def test_what_compresses_like_a_loop_is_doubted() -> None:
    text = " ".join(f"{word} of the thing that was said" for word in ("one", "two", "one", "two") * 4)
    assert compression_ratio(text) > 2.4
    assert any("compressed it is" in reason for reason in signs(text, [(0.0, 28.0)]))
    assert compression_ratio(TALK) < 2.4
    assert compression_ratio("") == 0


@pytest.mark.parametrize(
    ("text", "speech", "reason"),
    [
        ("Thank you for watching.", [(3.0, 3.1)], "there is hardly any speech here"),
        ("Thank you for watching.", [], "there is hardly any speech here"),
        (TALK, [(0.0, 1.0)], "17 words in 1.0 s of speech are more than anybody says"),
    ],
)
def test_text_over_silence_is_doubted(text: str, speech: list[tuple[float, float]], reason: str) -> None:
    assert signs(text, speech) == [reason]


def test_a_language_without_spaces_is_not_one_long_word() -> None:
    text = "今天天气很好我们去公园散步吧"
    assert signs(text, [(0.0, 2.5)]) == []
    assert signs(text, [(0.0, 0.8)]) == ["7 words in 0.8 s of speech are more than anybody says"]
    assert signs("谢谢大家" * 4, TEN_SECONDS) == ["“谢 谢 大 家” comes 4 times in a row or more"]

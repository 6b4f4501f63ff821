"""Each inference parameter has its effect: over HTTP, through boto3, with the real model.

Every test here would fail if the endpoint took the parameter and ignored it.
"""

import json
from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest

from components.whisper.parameters import BY_NAME

Ask = Callable[..., list[str]]

FOX = "The quick brown fox jumps over the lazy dog."
PROMPT = 2
"""Tokens that whisper-tiny.en is given before the first that it chooses: a start, and that it writes no timestamps."""
WILD = {"do_sample": True, "temperature": 2.0, "top_k": 1000, "max_new_tokens": 12}


def clip(path: str) -> bytes:
    return (files("pytest_audioeval") / "samples" / "audio" / path).read_bytes()


def asking(runtime: Any, endpoint: str) -> Ask:
    """Sends a clip with parameters: the texts, best first."""

    def ask(audio: bytes, **parameters: object) -> list[str]:
        body = json.dumps({"audio_input": audio.hex()} | parameters)
        answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="application/json", Body=body)
        return json.loads(answer["Body"].read())["text"]

    return ask


@pytest.fixture(scope="module")
def ask_base(runtime: Any) -> Ask:
    """Of whisper-base, which knows languages."""
    return asking(runtime, "whisper-base")


@pytest.fixture(scope="module")
def ask(runtime: Any, tiny_endpoint: str) -> Ask:
    """Of whisper-tiny.en."""
    return asking(runtime, tiny_endpoint)


@pytest.fixture(scope="module")
def fox(ask: Ask) -> Callable[..., str]:
    """The best text for "The quick brown fox jumps over the lazy dog."."""
    return lambda **parameters: ask(clip("en/quick_brown_fox.wav"), **parameters)[0].strip()


@pytest.fixture(scope="module")
def count(ask: Ask) -> Callable[..., list[str]]:
    """All texts for somebody counting from one to ten."""
    return lambda **parameters: ask(clip("en/counting.wav"), **parameters)


@pytest.fixture(scope="module")
def spanish(ask_base: Ask) -> Callable[..., str]:
    """The best text for a short sentence in Spanish."""
    return lambda **parameters: ask_base(clip("es/hola_mundo.wav"), **parameters)[0].strip()


def test_language(ask_base: Ask) -> None:
    fox = clip("en/quick_brown_fox.wav")
    assert ask_base(fox, language="english", task="transcribe")[0].strip() == FOX
    # Told that it hears French, the model writes French, whatever was said.
    assert " la " in ask_base(fox, language="french", task="transcribe")[0]


def test_the_language_is_detected_where_none_is_given(spanish: Callable[..., str]) -> None:
    assert "mundo" in spanish()


def test_task(spanish: Callable[..., str]) -> None:
    assert "mundo" in spanish(language="spanish", task="transcribe")
    assert "world" in spanish(language="spanish", task="translate")


def test_max_new_tokens(fox: Callable[..., str]) -> None:
    # Each of these words is one token.
    assert [fox(max_new_tokens=count) for count in (0, 1, 4)] == ["", "The", "The quick brown fox"]


def test_max_length_counts_the_prompt_too(fox: Callable[..., str]) -> None:
    lengths = [PROMPT + count for count in (-1, 0, 1, 4)]
    assert [fox(max_length=length) for length in lengths] == ["", "", "The", "The quick brown fox"]


def test_num_beams(ask: Ask) -> None:
    # One beam keeps the likeliest token at each step; five find a likelier sentence.
    sentence = clip("pt/pangrama.wav")
    assert ask(sentence, num_beams=1) == ask(sentence)
    assert ask(sentence, num_beams=5) != ask(sentence, num_beams=1)


@pytest.mark.parametrize("beams", [{}, {"num_beams": 5}])
def test_num_return_sequences(count: Callable[..., list[str]], beams: dict[str, int]) -> None:
    texts = count(num_return_sequences=3, **beams)
    assert len(set(texts)) == 3
    # Ranked: the best of three is the best of one, where as many hypotheses were followed.
    assert texts[0] == count(num_beams=beams.get("num_beams", 3))[0]


def test_early_stopping(ask: Ask) -> None:
    def five(name: str, **stopping: bool) -> list[str]:
        return ask(clip(name), num_beams=5, num_return_sequences=5, **stopping)

    # Which of the clips have other texts depends on the processor's rounding.
    names = ("pt/pangrama.wav", "en/counting.wav", "en/hello_world.wav")
    assert any(five(name, early_stopping=True) != five(name, early_stopping=False) for name in names)
    assert five(names[0]) == five(names[0], early_stopping=False)


def test_no_repeat_ngram_size(ask: Ask) -> None:
    # Made to go on after the last word, the model says the same again and again.
    count = clip("en/counting.wav")
    on_and_on = {"min_new_tokens": 60, "max_new_tokens": 60}
    free, once = (ask(count, **on_and_on, **size)[0] for size in ({}, {"no_repeat_ngram_size": 2}))
    assert free != once
    assert _most_frequent_pair(once) < _most_frequent_pair(free)


def _most_frequent_pair(text: str) -> int:
    return max(Counter(pairwise(text.split())).values())


def test_do_sample(fox: Callable[..., str]) -> None:
    assert fox(**WILD) != fox(**WILD)
    assert fox(**WILD | {"do_sample": False}) == FOX


# Without what tames them, no draw is like another, as test_do_sample shows.


def test_temperature(fox: Callable[..., str]) -> None:
    assert {fox(**WILD | {"temperature": value}) for value in (0, 0.01)} == {FOX}


def test_top_k(fox: Callable[..., str]) -> None:
    assert fox(**WILD | {"top_k": 1}) == FOX


def test_top_p(fox: Callable[..., str]) -> None:
    assert {fox(**WILD | {"top_p": value}) for value in (0, 0.05)} == {FOX}


def test_sampling_with_several_beams_returns_the_likeliest_draws(ask: Ask) -> None:
    # At this temperature about every second draw is the likeliest sentence.
    warm = WILD | {"temperature": 1.2, "num_return_sequences": 20}
    texts = [text.strip() for text in ask(clip("en/quick_brown_fox.wav"), **warm)]
    assert set(texts) > {FOX}
    assert texts[0] == FOX


def test_min_new_tokens(fox: Callable[..., str]) -> None:
    assert fox(min_new_tokens=5) == FOX
    longer = fox(min_new_tokens=20, max_new_tokens=24)
    assert longer.startswith(FOX)
    assert len(longer) > len(FOX)


def test_min_length_counts_the_prompt_too(fox: Callable[..., str]) -> None:
    both = {"max_new_tokens": 24}
    assert fox(min_length=PROMPT + 20, **both) == fox(min_new_tokens=20, **both)


def test_length_penalty(count: Callable[..., list[str]]) -> None:
    # Counting in words takes more tokens than counting in figures.
    short, long = (count(num_beams=5, num_return_sequences=5, length_penalty=value) for value in (-5.0, 5.0))
    assert sum(map(len, short)) < sum(map(len, long))


def test_max_time(count: Callable[..., list[str]]) -> None:
    whole, cut = (count(**limit)[0] for limit in ({}, {"max_time": 0}))
    assert whole.startswith(cut[:-1])
    assert 0 < len(cut) < len(whole)
    assert count(max_time=60) == [whole]


def test_forced_decoder_ids(spanish: Callable[..., str]) -> None:
    spanish_token, translate, no_timestamps = 50262, 50358, 50363
    forced = [[1, spanish_token], [2, translate], [3, no_timestamps]]
    assert spanish(forced_decoder_ids=forced) == spanish(language="spanish", task="translate")


def test_every_parameter_has_its_test() -> None:
    assert {name for name in BY_NAME if f"test_{name}" not in " ".join(globals())} == set()

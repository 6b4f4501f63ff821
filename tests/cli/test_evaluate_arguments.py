from pathlib import Path

import pytest

from components.cli.evaluate_arguments import parse

WER = ("wer", "--dataset", "small", "--endpoint", "whisper-base")
LATENCY = ("latency", "--audio", "a.wav", "--endpoint", "whisper-base")


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said of a command line that makes no sense."""
    with pytest.raises(SystemExit) as ended:
        parse(words)
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    return told.err


def test_what_is_not_given_is_as_the_issue_has_it() -> None:
    given = parse(LATENCY)
    assert (given.requests, given.warm_up, given.concurrency) == (100, 3, (1,))
    assert (given.endpoint, given.audio, given.json) == (["whisper-base"], Path("a.wav"), False)
    given = parse(WER)
    assert (given.normalizer, given.concurrency, given.language, given.seed) == ("whisper", 1, "english", 0)
    assert (given.first, given.sample, given.parameters, given.endpoint_url) == (None, None, {}, None)


def test_parameters_have_the_kinds_of_the_table() -> None:
    words = ["num_beams=5", "do_sample=true", "temperature=0.5", "task=translate", "language=french"]
    given = parse([*WER, *(part for word in words for part in ("--parameter", word))])
    assert given.parameters == {
        "num_beams": 5,
        "do_sample": True,
        "temperature": 0.5,
        "task": "translate",
        "language": "french",
    }


def test_utterances_that_do_not_say_their_language_have_that_of_the_parameters() -> None:
    words = [*WER, "--parameter", "language=french", "--parameter", "task=transcribe"]
    assert parse(words).language == "french"
    assert parse([*words, "--language", "german"]).language == "german"


def test_several_endpoints_and_steps() -> None:
    given = parse([*LATENCY, "--endpoint", "other", "--concurrency", "1,2, 4"])
    assert given.endpoint == ["whisper-base", "other"]
    assert given.concurrency == (1, 2, 4)


def test_steps_come_in_any_order() -> None:
    assert parse([*LATENCY, "--concurrency", "4,1,4"]).concurrency == (1, 4)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "wer|latency"),
        (("wer", "--dataset", "small"), "--endpoint"),
        (("wer", "--endpoint", "a"), "--dataset"),
        (("latency", "--endpoint", "a"), "--audio"),
        ((*WER, "--first", "0"), "'0' is not a whole number of at least 1"),
        ((*WER, "--first", "2", "--sample", "2"), "not allowed with"),
        ((*WER, "--normalizer", "mine"), "basic-letters"),
        ((*WER, "--language", "klingon"), "klingon"),
        ((*WER, "--parameter", "num_beams"), "NAME=VALUE"),
        ((*WER, "--parameter", "num_beams=many"), "num_beams is 'many', but must be an integer"),
        ((*WER, "--parameter", "num_beams=true"), "num_beams is True, but must be an integer"),
        ((*WER, "--parameter", "temperature=NaN"), "temperature is nan, but must be a number"),
        ((*WER, "--parameter", "beams=3"), "beams is not a parameter"),
        ((*WER, "--parameter", "language=french"), "give both or neither"),
        ((*WER, "--endpoint", "whisper-base"), "the same endpoint"),
        ((*WER, "--endpoint", "whisper-tiny.en", "--endpoint", "whisper-tiny-en"), "the same endpoint"),
        ((*LATENCY, "--concurrency", "1,x"), "'x' is not a whole number"),
        ((*WER, "--concurrency", "33"), "33 is more than 32"),
        ((*WER, "--name", "caf\udce9"), "not UTF-8"),
    ],
)
def test_what_makes_no_sense_is_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert told in refused(capsys, *words)


def test_help_tells_of_both_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--help"])
    assert ended.value.code == 0
    assert "word error rate over a data set" in capsys.readouterr().out


def test_options_are_those_of_their_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--requests" in refused(capsys, *WER, "--requests", "3")

"""Command lines: what the commands get of them, and which are refused before anything heavy is imported."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import pytest

from components.cli import commands
from components.cli.exit_codes import ExitCode
from components.cli.inference_options import option
from components.cli.options import LatencyOptions, TranscribeOptions, WerOptions
from components.endpoint_client.long_request import AGAINST_LOOPS, MOST_AT_ONCE
from components.evaluation import latency_plan
from components.evaluation.datasets.librispeech import SETS
from components.evaluation.results.normalizers import NORMALIZERS
from components.transcript.export import FORMATS
from components.whisper.parameters import TABLE
from tests.cli.account import Shell

WER = ("wer", "--dataset", "small", "--endpoint", "whisper-base")
LATENCY = ("latency", "--audio", "a.wav", "--endpoint", "whisper-base")
TRANSCRIBE = ("transcribe", "a.wav")


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch, shell: Shell) -> Any:
    """Gives the options that a command would get."""

    def parsed(*argv: str) -> Any:
        got = []

        def main(options: Any) -> ExitCode:
            got.append(options)
            return ExitCode.COMPLETE

        monkeypatch.setattr(commands, "import_module", lambda _name: SimpleNamespace(main=main))
        assert shell(*argv) == (0, "", "")
        return got[0]

    return parsed


def test_defaults(parsed: Any) -> None:
    options = parsed(*LATENCY)
    assert (options.requests, options.warm_up, options.steps) == (100, 3, (1,))
    assert (options.endpoint, options.audio, options.json) == (["whisper-base"], Path("a.wav"), False)
    options = parsed(*WER)
    assert (options.normalizer, options.concurrency, options.language, options.seed) == (
        *("whisper", 1, "english"),
        0,
    )
    assert (options.first, options.sample, options.parameters, options.endpoint_url) == (None, None, {}, None)
    options = parsed(*TRANSCRIBE)
    assert (options.files, options.endpoint, options.format) == ([Path("a.wav")], "whisper-base", "txt")
    assert (options.concurrency, options.retry_loops, options.parameters) == (None, False, {})


@pytest.mark.parametrize("command", [TRANSCRIBE, WER, LATENCY])
def test_every_command_takes_the_same_inference_parameters(parsed: Any, command: tuple[str, ...]) -> None:
    values = {
        "language": "french",
        "task": "translate",
        "max_new_tokens": "100",
        "num_beams": "5",
        "num_return_sequences": "2",
        "no_repeat_ngram_size": "3",
        "early_stopping": "true",
        "do_sample": "false",
        "temperature": "0.5",
        "top_k": "5",
        "top_p": "1",
        "min_length": "1",
        "min_new_tokens": "0",
        "length_penalty": "-1",
        "max_time": "9",
    }
    assert {parameter.name for parameter in TABLE} - values.keys() == {"max_length", "forced_decoder_ids"}
    argv = [part for name, value in values.items() for part in (option(name), value)]
    parameters = parsed(*command, *argv).parameters
    assert parameters["num_beams"] == 5
    assert parameters["do_sample"] is False
    assert parameters["temperature"] == 0.5
    assert parameters["length_penalty"] == -1
    assert parameters["language"] == "french"
    assert parameters.keys() == values.keys()
    other = parsed(*command, "--max-length", "9", "--forced-decoder-ids", "[[1, 50259]]").parameters
    assert other == {"max_length": 9, "forced_decoder_ids": [[1, 50259]]}


def test_utterances_without_a_language_have_that_of_the_parameters(parsed: Any) -> None:
    argv = [*WER, "--language", "french", "--task", "transcribe"]
    assert parsed(*argv).language == "french"
    assert parsed(*argv, "--dataset-language", "german").language == "german"


def test_several_endpoints_and_steps(parsed: Any) -> None:
    options = parsed(*LATENCY, "--endpoint", "other", "--concurrency", "4,1, 2,4")
    assert options.endpoint == ["whisper-base", "other"]
    assert options.steps == (1, 2, 4)


def test_a_file_may_begin_with_a_dash(parsed: Any) -> None:
    assert parsed("transcribe", "--num-beams", "2", "--", "-a.wav").files == [Path("-a.wav")]


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ((), "transcribe"),
        (("measure",), "No such command"),
        (("transcribe",), "FILE"),
        (("wer", "--dataset", "small"), "--endpoint"),
        (("wer", "--endpoint", "a"), "--dataset"),
        (("latency", "--endpoint", "a"), "--audio"),
        ((*WER, "--first", "0"), "greater than or equal to 1"),
        ((*WER, "--first", "2", "--sample", "2"), "exclude each other"),
        ((*WER, "--normalizer", "mine"), "basic-letters"),
        ((*WER, "--dataset-language", "klingon"), "klingon"),
        ((*WER, "--requests", "3"), "No such option: --requests"),
        # No abbreviations: a later option would change their meaning.
        ((*WER, "--norm", "none"), "No such option: --norm "),
        ((*WER, "--parameter", "num_beams=5"), "No such option: --parameter"),
        ((*WER, "--num-beams"), "requires an argument"),
        ((*WER, "--num-beams", ""), "num_beams is '', but must be an integer"),
        ((*WER, "--num-beams", "many"), "num_beams is 'many', but must be an integer"),
        ((*WER, "--num-beams", "--json"), "num_beams is '--json', but must be an integer"),
        ((*WER, "--num-beams", "true"), "num_beams is True, but must be an integer"),
        ((*WER, "--temperature", "NaN"), "temperature is nan, but must be a number"),
        ((*WER, "--do-sample", "yes"), "do_sample is 'yes', but must be true or false"),
        ((*WER, "--language", "french"), "give both or neither"),
        ((*WER, "--endpoint", "whisper-base"), "one comes twice"),
        ((*WER, "--endpoint", "whisper-tiny.en", "--endpoint", "whisper-tiny-en"), "one comes twice"),
        ((*LATENCY, "--concurrency", "1,x"), "'1,x' is not a list of whole numbers"),
        ((*LATENCY, "--concurrency", "0"), "of at least 1"),
        ((*WER, "--concurrency", "33"), "less than or equal to 32"),
        ((*WER, "--name", "caf\udce9"), "not UTF-8"),
        ((*TRANSCRIBE, "--num-beams", "0"), "num_beams is 0"),
        ((*TRANSCRIBE, "--language", "klingon", "--task", "transcribe"), "language is 'klingon'"),
        ((*TRANSCRIBE, "b.wav", "--format", "json"), "several files need --output-dir"),
        ((*TRANSCRIBE, "--format", "doc"), "'srt'"),
        ((*TRANSCRIBE, "--concurrency", "17"), "less than or equal to 16"),
        (
            (*TRANSCRIBE, "--retry-loops", "--no-repeat-ngram-size", "3"),
            "--no-repeat-ngram-size is given already",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(shell: Shell, argv: tuple[str, ...], expected: str) -> None:
    code, out, err = shell(*argv)
    assert (code, out) == (2, "")
    assert expected in err


@pytest.mark.parametrize("command", ["transcribe", "wer", "latency", "expire"])
def test_help_shows_examples(shell: Shell, command: str) -> None:
    code, out, _ = shell(command, "--help")
    assert code == 0
    assert f"\n    python -m components.cli {command} " in out
    for name in ("--endpoint-url", "--region", "--profile"):
        assert name in out


def test_help_names_the_commands_and_exit_codes(shell: Shell) -> None:
    code, out, _ = shell("--help")
    assert code == 0
    assert "word error rate of endpoints over a data set" in out
    assert "130 after Ctrl-C" in out


def test_choices_and_limits_are_those_of_the_rooms() -> None:
    """They are written out in the options, since the rooms take long to import."""

    def choices(options: type, name: str) -> tuple[Any, ...]:
        return get_args(get_type_hints(options)[name])

    def hint(options: type, name: str) -> Any:
        return get_type_hints(options, include_extras=True)[name].__metadata__[0]

    assert choices(TranscribeOptions, "format") == tuple(FORMATS)
    assert choices(WerOptions, "normalizer") == tuple(NORMALIZERS)
    assert hint(TranscribeOptions, "concurrency").max == MOST_AT_ONCE
    assert hint(WerOptions, "concurrency").max == latency_plan.MOST_AT_ONCE
    assert all(name in hint(WerOptions, "dataset").help for name in SETS)
    for name, value in AGAINST_LOOPS.items():
        assert f"{option(name)} {value}" in hint(TranscribeOptions, "retry_loops").help
    assert LatencyOptions.concurrency == "1"

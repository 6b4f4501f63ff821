"""`transcribe` with an endpoint that answers as the test says; test_process.py has real ones."""

import csv
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.audio import samples
from components.audio.decoding import Clip, read_clip
from components.cli import transcribe as module
from components.core.errors import RequestRejectedError
from tests.cli.account import SPEECH, URL, Account, Shell
from tests.endpoint_client.hearing import talk

ENGLISH = samples.read(samples.SAMPLES[0])
TEXT = "We are living in exciting times."


@pytest.fixture
def transcribe(account: Account, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Runs the command in a folder with a recording, and a file that is none."""
    account.answer = lambda _name, _clip: f" {TEXT}"
    monkeypatch.chdir(tmp_path)
    Path("talk.flac").write_bytes(ENGLISH)
    Path("bad.wav").write_bytes(b"no sound at all")
    return lambda *argv: shell("transcribe", "--endpoint", "one", "--endpoint-url", URL, *argv)


@pytest.fixture
def four_chunks(tmp_path: Path) -> Path:
    content = talk().content
    assert isinstance(content, bytes)
    (tmp_path / "four.wav").write_bytes(content)
    return tmp_path / "four.wav"


def test_to_standard_output(transcribe: Shell, account: Account) -> None:
    code, out, err = transcribe("talk.flac", "--num-beams", "5")
    assert (code, out) == (0, f"{TEXT}\n")
    assert err.endswith("talk.flac: 0:15 of 0:15\n")
    assert {json.dumps(parameters) for _, _, parameters in account.sent} == {'{"num_beams": 5}'}


def test_every_format_is_written_beside_the_others(transcribe: Shell) -> None:
    for name in ("txt", "srt", "vtt", "json", "csv"):
        assert transcribe(SPEECH / "hello_world.wav", "--format", name, "--output-dir", "out")[:2] == (0, "")
    read = {file.suffix: file.read_text(encoding="utf-8") for file in Path("out").iterdir()}
    assert read[".txt"] == f"{TEXT}\n"
    assert read[".srt"].startswith("1\n00:00:0")
    assert read[".vtt"].startswith("WEBVTT\n")
    content = json.loads(read[".json"])
    assert content["segments"][0]["start"] < content["segments"][-1]["end"] <= content["audio_seconds"]
    assert next(csv.reader(read[".csv"].splitlines())) == ["start", "end", "text", "error", "doubts"]


def test_one_bad_file_spoils_nothing(transcribe: Shell) -> None:
    code, out, err = transcribe("bad.wav", "talk.flac")
    assert (code, out) == (1, f"{TEXT}\n")
    assert "bad.wav is not an audio file that can be read." in err


def test_an_unknown_endpoint_is_reported_with_those_that_exist(transcribe: Shell, account: Account) -> None:
    code, out, err = transcribe("talk.flac", "--endpoint", "nowhere")
    assert (code, out, account.sent) == (2, "", [])
    assert "This computer has no endpoint nowhere. Name one that it has: one, two." in err


def test_parameters_without_effect_are_named(transcribe: Shell) -> None:
    code, _, err = transcribe("talk.flac", "--top-k", "5", "--num-return-sequences", "2")
    assert code == 0
    assert "top_k has no effect unless do_sample is true." in err
    assert "Of each chunk the best sequence is kept" in err


def test_parameters_that_the_model_refuses_are_reported(transcribe: Shell, account: Account) -> None:
    argv = ("--endpoint", "two", "--language", "french", "--task", "transcribe")
    code, out, err = transcribe("talk.flac", *argv)
    assert (code, out, account.sent) == (2, "", [])
    assert "whisper-tiny.en knows English only" in err


def test_files_of_the_same_name_are_numbered(transcribe: Shell) -> None:
    files = [Path(folder) / "talk.flac" for folder in ("a", "b")]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(ENGLISH)
    code, _, err = transcribe(*files, "--output-dir", "out")
    assert code == 0
    assert sorted(file.name for file in Path("out").iterdir()) == ["talk (2).txt", "talk.txt"]
    assert "talk (2).txt is written." in err


def test_where_nobody_speaks_it_says_so(transcribe: Shell, account: Account) -> None:
    Path("rest.wav").write_bytes(Clip(np.zeros(40 * 16_000, np.int16), "", "").wav())
    code, out, err = transcribe("rest.wav")
    assert (code, out, account.sent) == (0, "", [])
    # The last line of its progress has come to the end.
    assert err.endswith("rest.wav: 0:40 of 0:40\nrest.wav: nobody speaks in it.\n")


def test_a_file_that_ends_early_is_reported(transcribe: Shell) -> None:
    wav = read_clip(ENGLISH, "talk.flac").wav()
    Path("half.wav").write_bytes(wav[: len(wav) // 2])
    code, out, err = transcribe("half.wav")
    assert code == 1
    assert out.startswith(TEXT)
    assert "half.wav: the file ends at 0:07, but its header promises 0:15: It was cut off" in err


def test_a_chunk_that_fails_leaves_a_gap(transcribe: Shell, account: Account, four_chunks: Path) -> None:
    def answer(_name: str, _clip: str) -> str:
        if len(account.sent) == 2:
            raise RequestRejectedError("It was refused.", "Send something else.")
        return f" Chunk {len(account.sent)}."

    account.answer = answer
    code, out, err = transcribe(four_chunks, "--concurrency", "1")
    assert code == 1
    assert out.startswith("Chunk 1.\n\nChunk 3.")
    assert "It was refused." in err


def test_ctrl_c_writes_what_is_there(transcribe: Shell, account: Account, four_chunks: Path) -> None:
    def answer(_name: str, _clip: str) -> str:
        if len(account.sent) == 2:
            os.kill(os.getpid(), signal.SIGINT)
            handler: Any = signal.getsignal(signal.SIGINT)
            assert handler.__self__.cancelled.wait(20)
        return f" Chunk {len(account.sent)}."

    account.answer = answer
    code, out, err = transcribe(four_chunks, "talk.flac", "--concurrency", "1")
    assert (code, len(account.sent)) == (130, 2)
    assert out.startswith("Chunk 1. Chunk 2.\n\n[Not whole: nothing from 0:07 to the end")
    assert err.count("Cancelling: waiting for the requests on their way") == 1


def test_where_nobody_reads_the_transcripts_it_ends(
    transcribe: Shell, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    # What is left in the buffer fails once more when it is closed.
    with suppress(BrokenPipeError), os.fdopen(writing, "w") as unread:
        monkeypatch.setattr("sys.stdout", unread)
        code, _, err = transcribe("talk.flac", "talk.flac")
    assert (code, len(account.sent)) == (1, 1)
    assert "can't be written" not in err


@pytest.mark.parametrize(
    ("argv", "code", "expected"),
    [
        (["none.wav", "talk.flac"], 2, "There is no file none.wav."),
        (["bad.wav"], 1, "bad.wav is not an audio file"),
        (["talk.flac", "--output-dir", "talk.flac/out"], 2, "Nothing can be written into talk.flac/out: "),
        (["talk.flac", "--output-dir", "/proc"], 2, "Nothing can be written into /proc: "),
    ],
)
def test_what_would_be_transcribed_in_vain_starts_no_endpoint(
    transcribe: Shell, monkeypatch: pytest.MonkeyPatch, argv: list[str], code: int, expected: str
) -> None:
    monkeypatch.setattr(module, "chosen_target", lambda *_: pytest.fail("an endpoint is started"))
    found, _, err = transcribe(*argv)
    assert found == code
    assert expected in err


def test_an_unknown_profile_is_reported(
    transcribe: Shell, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    code, _, err = shell("transcribe", "talk.flac", "--profile", "nope")
    assert code == 2
    assert "The config profile (nope) could not be found." in err
    assert "give a --profile that `aws configure list-profiles` shows." in err
    assert "portal" not in err

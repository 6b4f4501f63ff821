"""`python -m components.cli transcribe` with the real embedded endpoint and real speech."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from components.audio import samples
from components.audio.decoding import Clip, read_clip
from components.cli import transcribe as command
from components.evaluation.datasets.dataset import bundled
from components.evaluation.results.normalizers import tokens
from components.evaluation.results.word_errors import Counts, align
from tests.local_endpoint.conftest import client, start, wait_until_in_service
from tests.paths import ROOT

ENGLISH = samples.read(samples.SAMPLES[0])
Transcribe = Callable[..., tuple[int, str, str]]
"""Runs the command: exit code, standard output, standard error."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with start() as server:
        wait_until_in_service(client("sagemaker", server.url), "whisper-base")
        yield server.url


@pytest.fixture
def transcribe(url: str, capsys: pytest.CaptureFixture[str]) -> Transcribe:
    def transcribe(*words: object) -> tuple[int, str, str]:
        code = command.main([*map(str, words), "--endpoint-url", url])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out, told.err

    return transcribe


def joined(count: int, seed: int = 0) -> tuple[Clip, str]:
    """The first sentences of the small data set one after another, with 0.2 to 0.9 s between, and what they say."""
    random, utterances = np.random.default_rng(seed), bundled().utterances[:count]
    parts = [
        part
        for utterance in utterances
        for part in (utterance.read().samples, np.zeros(int(16_000 * random.uniform(0.2, 0.9)), np.int16))
    ]
    return Clip(np.concatenate(parts), "talk.wav", ""), " ".join(u.reference for u in utterances)


def errors(said: str, heard: str) -> Counts:
    return align(tokens(said, "english"), tokens(heard, "english")).counts


def test_a_long_recording_is_heard_as_well_as_its_clips_one_by_one(
    transcribe: Transcribe, tmp_path: Path
) -> None:
    clip, said = joined(20)
    assert clip.seconds > 60
    (tmp_path / "talk.wav").write_bytes(clip.wav())
    asked = ("--language", "english", "--task", "transcribe")
    code, heard, err = transcribe(tmp_path / "talk.wav", *asked)
    assert code == 0, err
    together = errors(said, heard)
    alone = Counts()
    for utterance in bundled().utterances:
        (tmp_path / "one.wav").write_bytes(utterance.read().wav())
        alone += errors(utterance.reference, transcribe(tmp_path / "one.wav", *asked)[1])
    assert together.reference == alone.reference
    assert together.errors / together.reference <= alone.errors / alone.reference + 0.005


def test_speech_without_a_pause_loses_and_doubles_no_word_at_its_seams(
    transcribe: Transcribe, tmp_path: Path
) -> None:
    # Every pause is cut out.
    clips = [utterance.read().samples for utterance in bundled().utterances[:14]]
    loud = [clip[np.abs(clip) > 0.01 * np.abs(clip).max()] for clip in clips]
    said = " ".join(utterance.reference for utterance in bundled().utterances[:14])
    clip = Clip(np.concatenate(loud), "rush.wav", "")
    assert clip.seconds > 35
    (tmp_path / "rush.wav").write_bytes(clip.wav())
    code, heard, _ = transcribe(tmp_path / "rush.wav", "--language", "english", "--task", "transcribe")
    assert code == 0
    count = errors(said, heard)
    # Speech that was cut about so is hard to understand, but not a second of it is missing or said twice.
    assert abs(len(heard.split()) - len(said.split())) <= 0.06 * len(said.split())
    assert count.deletions + count.insertions <= 0.1 * count.reference


def test_every_format_is_written_beside_the_others(transcribe: Transcribe, tmp_path: Path) -> None:
    (tmp_path / "talk.flac").write_bytes(ENGLISH)
    for name in ("txt", "srt", "vtt", "json", "csv"):
        out = tmp_path / "out"
        code, told, _ = transcribe(tmp_path / "talk.flac", "--format", name, "--output-dir", out)
        assert (code, told) == (0, "")
    read = {file.suffix: file.read_text(encoding="utf-8") for file in (tmp_path / "out").iterdir()}
    assert "machine learning" in read[".txt"]
    assert read[".srt"].startswith("1\n00:00:0")
    assert read[".vtt"].startswith("WEBVTT\n")
    content = json.loads(read[".json"])
    assert content["segments"][0]["start"] < content["segments"][-1]["end"] <= content["audio_seconds"]
    assert next(csv.reader(read[".csv"].splitlines())) == ["start", "end", "text", "error", "doubts"]


def test_one_bad_file_spoils_nothing(transcribe: Transcribe, tmp_path: Path) -> None:
    (tmp_path / "good.flac").write_bytes(ENGLISH)
    (tmp_path / "bad.wav").write_bytes(b"no sound at all")
    code, out, err = transcribe(tmp_path / "bad.wav", tmp_path / "good.flac")
    assert code == 1
    assert "machine learning" in out
    assert "bad.wav is not an audio file that can be read." in err


def test_an_endpoint_that_is_not_there_is_told_with_those_that_are(
    transcribe: Transcribe, tmp_path: Path
) -> None:
    (tmp_path / "talk.flac").write_bytes(ENGLISH)
    code, out, err = transcribe(tmp_path / "talk.flac", "--endpoint", "nowhere")
    assert (code, out) == (2, "")
    assert "This computer has no endpoint nowhere. Name one that it has: whisper-base." in err
    assert "AWS" not in err


def test_parameters_without_effect_are_told(transcribe: Transcribe, tmp_path: Path) -> None:
    (tmp_path / "talk.flac").write_bytes(ENGLISH)
    code, _, err = transcribe(tmp_path / "talk.flac", "--top-k", "5", "--num-return-sequences", "2")
    assert code == 0
    assert "top_k has no effect unless do_sample is true." in err
    assert "Of each chunk the best sequence is kept" in err


def test_files_of_the_same_name_are_numbered(transcribe: Transcribe, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "talk.flac").write_bytes(ENGLISH)
    files = [tmp_path / name / "talk.flac" for name in ("a", "b")]
    code, _, err = transcribe(*files, "--output-dir", tmp_path / "out")
    assert code == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["talk (2).txt", "talk.txt"]
    assert "talk (2).txt is written." in err


def test_where_nobody_speaks_it_says_so(transcribe: Transcribe, tmp_path: Path) -> None:
    (tmp_path / "rest.wav").write_bytes(Clip(np.zeros(40 * 16_000, np.int16), "", "").wav())
    code, out, err = transcribe(tmp_path / "rest.wav")
    assert (code, out) == (0, "")
    # The last line of its progress has come to the end.
    assert err.endswith("rest.wav: 0:40 of 0:40\nrest.wav: nobody speaks in it.\n")


def test_a_file_that_ends_early_is_told(transcribe: Transcribe, tmp_path: Path) -> None:
    wav = read_clip(ENGLISH, "talk.flac").wav()
    (tmp_path / "half.wav").write_bytes(wav[: len(wav) // 2])
    code, out, err = transcribe(tmp_path / "half.wav")
    assert code == 1
    assert out.startswith("We are living")
    assert "half.wav: the file ends at 0:07, but its header promises 0:15: It was cut off" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["none.wav", "talk.flac"], "There is no file none.wav."),
        (["talk.flac", "--output-dir", "talk.flac/out"], "Nothing can be written into talk.flac/out: "),
        (["talk.flac", "--output-dir", "/proc"], "Nothing can be written into /proc: "),
    ],
)
def test_what_would_be_transcribed_in_vain_starts_no_endpoint(
    words: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "talk.flac").write_bytes(ENGLISH)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "chosen_target", lambda *_: pytest.fail("an endpoint is asked for"))
    assert command.main(words) == 2
    assert told in capsys.readouterr().err


def test_files_of_which_none_is_audio_start_no_endpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no sound at all")
    monkeypatch.setattr(command, "chosen_target", lambda *_: pytest.fail("an endpoint is asked for"))
    assert command.main([str(tmp_path / "bad.wav")]) == 1
    assert "bad.wav is not an audio file" in capsys.readouterr().err


def test_a_profile_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "talk.flac").write_bytes(ENGLISH)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert command.main([str(tmp_path / "talk.flac"), "--profile", "nope"]) == 2
    err = capsys.readouterr().err
    assert "The config profile (nope) could not be found." in err
    assert "give a --profile that `aws configure list-profiles` shows." in err
    assert "portal" not in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["a.wav", "--num-beams", "0"], "num_beams"),
        (["a.wav", "--language", "klingon", "--task", "transcribe"], "language"),
        (
            ["a.wav", "--retry-loops", "--no-repeat-ngram-size", "3"],
            "--no-repeat-ngram-size is given already",
        ),
        (["a.wav", "b.wav", "--format", "json"], "several files need --output-dir"),
        (["a.wav", "--endpoint-url", "nowhere"], "is no address of endpoints"),
        ([], "FILE"),
    ],
)
def test_a_command_line_that_makes_no_sense(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(words)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_without_aws_an_endpoint_is_started_for_it(tmp_path: Path) -> None:
    (tmp_path / "talk.flac").write_bytes(ENGLISH)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {name: str(tmp_path / "none") for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")}
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "components.endpoint_client", tmp_path / "talk.flac"),
            *("--endpoint", "whisper-tiny.en", "--format", "json"),
        ],
        cwd=ROOT,
        env={**kept, **nowhere, "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    content = json.loads(ended.stdout)
    assert "machine learn" in content["text"]
    assert content["endpoint"] == "whisper-tiny-en"
    assert "an endpoint on this computer is started" in ended.stderr


def test_a_short_clip_is_heard_too(transcribe: Transcribe, tmp_path: Path) -> None:
    clip = read_clip(ENGLISH, "talk.flac")
    (tmp_path / "short.wav").write_bytes(Clip(clip.samples[: 3 * 16_000], "", "").wav())
    code, out, _ = transcribe(tmp_path / "short.wav")
    assert code == 0
    assert out.startswith("We are living")

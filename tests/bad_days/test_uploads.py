"""Hostile uploads: each ends as audio or as an error with advice, within little memory and time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import pytest

from tests.bad_days.hostile_uploads import hostile_uploads
from tests.paths import ROOT

MOST_MEMORY = 400_000_000
"""Bytes beyond those of the process before: an hour of samples, twice while they are joined, and a decoder's."""
MOST_SECONDS = 120.0
"""Of the processor for all five ways together: what grows with the square of a file's length takes hours."""
SECONDS_OF_SILENCE = 120.0
"""After so long without a word the process hangs; other programs may use the processor."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uploads")
    for name, data in hostile_uploads():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> list[dict[str, Any]]:
    """What two processes have told of the files, each of half of them."""
    processes = [_started(folder, number) for number in range(2)]
    return [line for process in processes for line in _lines(process)]


def _started(folder: Path, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.bad_days.upload_process", str(folder), str(number), "2"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _lines(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    lines: SimpleQueue[str] = SimpleQueue()

    def pass_on() -> None:
        assert process.stdout
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    with process:
        Thread(target=pass_on, daemon=True).start()
        last = "nothing"
        try:
            while line := lines.get(timeout=SECONDS_OF_SILENCE):
                last = line
                yield json.loads(line)
        except Empty:
            pytest.fail(f"hangs after it told {last}")
        finally:
            process.kill()
    assert process.returncode in {0, -9}


@pytest.fixture(scope="module")
def ended(told: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What came of each file."""
    return {line["name"]: line for line in told if "outcomes" in line}


def test_each_of_more_than_300_is_audio_or_a_clear_error(folder: Path, ended: dict[str, Any]) -> None:
    assert len(ended) > 300
    assert sorted(ended) == sorted(path.name for path in folder.iterdir())
    expected = {"audio", "UnreadableAudioError", "AudioTooLongError", "DatasetError"}
    others = {name: line for name, line in ended.items() if set(line["outcomes"].values()) - expected}
    assert others == {}


def test_none_takes_much_memory_or_time(ended: dict[str, Any]) -> None:
    assert {name: line for name, line in ended.items() if line["memory"] > MOST_MEMORY} == {}
    assert {name: line for name, line in ended.items() if line["seconds"] > MOST_SECONDS} == {}


def test_what_is_there_is_heard_and_what_is_not_is_told(ended: dict[str, Any]) -> None:
    found = {name: line["outcomes"]["upload"] for name, line in ended.items()}
    for name in (
        "tenth-9.wav",
        "tenth-9.mp3",
        "mp3-called.wav",
        "not-numbers.wav",
        "size-4294967295.wav",
        "chained.ogg",
    ):
        assert found[name] == "audio", name
    for name in (
        "silent-film.mp4",
        "page.mp3",
        "bomb.wav",
        "rate-999.wav",
        "kind-7777.wav",
        "four-hours-lost.amr",
    ):
        assert found[name] == "UnreadableAudioError", name
    long = dict(ended["four-hours.aac"]["outcomes"])
    # A data set's utterance is decoded as a whole; any other way takes what it needs.
    assert long.pop("data set") == "AudioTooLongError"
    assert set(long.values()) == {"audio"}

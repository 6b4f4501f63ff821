"""Hostile uploads: each ends as audio or as an error with advice, within little memory and time."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import pytest

from tests.bad_days.hostile_uploads import hostile_uploads

ROOT = Path(__file__).parents[2]
MOST_MEMORY = 400_000_000
"""Bytes beyond those of the process before: an hour of samples, twice while they are joined, and a decoder's."""
MOST_SECONDS = 20.0
"""Of the processor for all five ways together. Two hundred thousand frames of an hour of AMR take most."""
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


def test_each_of_more_than_300_is_audio_or_a_clear_error(folder: Path, told: list[dict[str, Any]]) -> None:
    ended = {line["name"]: line["outcomes"] for line in told if "outcomes" in line}
    assert sorted(ended) == sorted(path.name for path in folder.iterdir())
    assert len(ended) > 300
    kinds = {"Clip", "Recording", "UnreadableAudioError", "AudioTooLongError", "cut", "heard"}
    unforeseen = {name: found for name, found in ended.items() if not set(found.values()) <= kinds}
    assert unforeseen == {}

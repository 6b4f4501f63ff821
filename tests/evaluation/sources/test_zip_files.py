"""The files of a zip, whoever asks for them."""

import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from threading import Barrier

import pytest

from components.evaluation.sources.files import Findings
from components.evaluation.sources.zip_files import ZipFiles
from tests.evaluation.sources.made_files import make_zip

CONTENTS = {f"{number}.wav": random.Random(number).randbytes(200_000) for number in range(8)}  # noqa: S311 - no secret


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_threads_that_read_at_the_same_time_get_the_bytes_they_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: int
) -> None:
    (tmp_path / "mine.zip").write_bytes(make_zip(CONTENTS, method))
    files = ZipFiles(tmp_path / "mine.zip", "mine.zip", Findings())
    # zipfile has a lock of its own, of which its documentation says nothing: reading must be safe without it.
    monkeypatch.setattr(files._zip, "_lock", nullcontext())
    all_there = Barrier(len(CONTENTS))

    def reads_right(name: str) -> bool:
        all_there.wait()
        return all(files.read(name) == CONTENTS[name] for _ in range(100))

    with ThreadPoolExecutor(len(CONTENTS)) as threads:
        assert all(threads.map(reads_right, CONTENTS))

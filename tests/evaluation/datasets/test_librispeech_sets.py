"""LibriSpeech's test sets as OpenSLR publishes them, and where they are looked for."""

from pathlib import Path

import pytest

from components.core.settings import Settings
from components.evaluation.datasets.librispeech import SETS, find
from tests.evaluation.datasets.made_files import make_folder

NAME = "test-other"


def test_what_openslr_publishes() -> None:
    assert {name: (a.size, a.md5, a.utterances) for name, a in SETS.items()} == {
        "test-clean": (346663984, "32fa31d27d2e1cad72775fee3f4849a9", 2620),
        "test-other": (328757843, "fb5a50374b501bb3bac4815ee91d3135", 2939),
    }


@pytest.mark.parametrize("below", ["", "LibriSpeech"])
def test_a_set_that_is_there_is_found(tmp_path: Path, below: str) -> None:
    make_folder(tmp_path / below / NAME, {"1/2/1-2.trans.txt": "1-2-0000 HELLO"})
    settings = Settings(librispeech_dir=tmp_path, data_dir=tmp_path / "data")
    assert find(NAME, settings) == tmp_path / below / NAME
    assert find("test-clean", settings) is None


def test_a_folder_without_transcripts_is_none(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    downloaded = make_folder(
        tmp_path / "data" / "datasets" / "LibriSpeech" / NAME, {"1/2/1-2.trans.txt": "1-2-0000 HELLO"}
    )
    assert find(NAME, Settings(librispeech_dir=tmp_path, data_dir=tmp_path / "data")) == downloaded


def test_where_one_may_not_look_there_is_none(tmp_path: Path) -> None:
    # A name too long for any file system stands for all that a system refuses: tests may run as root.
    assert find(NAME, Settings(librispeech_dir=tmp_path / ("x" * 300), data_dir=tmp_path)) is None

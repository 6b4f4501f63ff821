"""Folders with more in them than audio: links that lead elsewhere, and what is no file at all."""

import os
from pathlib import Path

import pytest

from components.core.errors import UnreadableAudioError
from components.evaluation.datasets import files
from components.evaluation.datasets.dataset import Dataset, DatasetError, open_dataset
from tests.evaluation.datasets.made_files import WAV, ids, make_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = "file,text\ngood.wav,fine\nbad.wav,one\nx/bad.wav,two\n"
    make_folder(tmp_path / "elsewhere", {"bad.wav": WAV})
    return make_folder(tmp_path / "mine", {"m.csv": rows, "good.wav": WAV})


def faults(dataset: Dataset) -> list[str]:
    """The findings on files, without those of the manifest."""
    assert ids(dataset)[0] == "good.wav"
    return [finding for finding in dataset.findings if not finding.startswith("m.csv, row")]


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder / "bad.wav").symlink_to(folder.parent / "elsewhere" / "bad.wav")
    assert faults(open_dataset(folder)) == ["bad.wav is a link that leads out of the folder."]


def test_a_link_to_a_folder_is_not_followed(folder: Path) -> None:
    (folder / "x").symlink_to(folder.parent / "elsewhere")
    (folder / "y").symlink_to(folder)
    assert faults(open_dataset(folder)) == [
        "x is a link that leads out of the folder.",
        "y is a link to a folder; links are not followed.",
    ]


def test_a_link_that_leads_nowhere(folder: Path) -> None:
    (folder / "bad.wav").symlink_to("gone.wav")
    (folder / "circle.wav").symlink_to("circle.wav")
    assert sorted(faults(open_dataset(folder))) == [
        "bad.wav is a link that leads nowhere.",
        "circle.wav is a link that leads nowhere.",
    ]


def test_a_link_within_the_folder_is_a_file(folder: Path) -> None:
    (folder / "bad.wav").symlink_to("good.wav")
    dataset = open_dataset(folder)
    assert (ids(dataset), faults(dataset)) == (["good.wav", "bad.wav"], [])


def test_a_folder_that_is_reached_by_a_link(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    dataset = open_dataset(folder.parent / "link")
    assert (dataset.name, ids(dataset)) == ("mine", ["good.wav"])


def test_what_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "bad.wav")
    assert faults(open_dataset(folder)) == ["bad.wav is no regular file."]


def test_a_name_that_is_not_utf8(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.wav")).write_bytes(WAV)
    assert faults(open_dataset(folder)) == [r"\udcff.wav has a name that is not UTF-8."]


def test_a_folder_whose_name_is_not_utf8(folder: Path) -> None:
    renamed = folder.rename(os.fsdecode(os.fsencode(folder) + b"\xff"))
    dataset = open_dataset(renamed)
    assert (ids(dataset), dataset.name) == (["good.wav"], r"mine\udcff")
    assert dataset.utterances[0].read().seconds == 0.1


def test_a_file_beyond_all_bounds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", len(WAV))
    (folder / "bad.wav").write_bytes(WAV + b"x")
    assert faults(open_dataset(folder)) == ["bad.wav is larger than 200 MB."]


def test_a_file_that_has_grown_since(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    utterance = open_dataset(folder).utterances[0]
    monkeypatch.setattr(files, "MOST_BYTES", len(WAV))
    (folder / "good.wav").write_bytes(WAV + b"x")
    with pytest.raises(UnreadableAudioError, match=r"^good\.wav is larger than 200 MB"):
        utterance.read()


def test_too_many_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 1)
    with pytest.raises(DatasetError, match="mine holds more than 1 files"):
        open_dataset(folder)


def test_a_folder_that_may_not_be_listed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "x").mkdir()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("x"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert faults(open_dataset(folder)) == [f"{folder}/x can't be listed: Permission denied."]

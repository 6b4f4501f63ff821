"""Archives of LibriSpeech: what is taken out of them, and what is not."""

import tarfile
from pathlib import Path
from threading import Event

import pytest

from components.evaluation.datasets.openslr_download import unpack
from components.evaluation.datasets.partial_download import DownloadError
from tests.evaluation.datasets.made_files import WAV
from tests.evaluation.datasets.openslr_server import CHAPTER, MEMBERS, NAME, make_archive

TAKEN = {
    f"sets/{NAME}/{name}"
    for name in ("LICENSE.TXT", "1/2/1-2.trans.txt", "1/2/1-2-0000.flac", "1/2/1-2-0001.flac")
}


def special(kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo()
    info.type, info.linkname = kind, target
    return info


def unpacked(tmp_path: Path, data: bytes, cancelled: Event | None = None) -> set[str]:
    """Everything below the test's folder afterwards."""
    archive = tmp_path / f"{NAME}.tar.gz.part"
    archive.write_bytes(data)
    try:
        unpack(archive, tmp_path / "sets" / NAME, cancelled or Event())
    finally:
        archive.unlink()
    return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if not path.is_dir()}


def test_speech_transcripts_and_the_licence_are_taken(tmp_path: Path) -> None:
    assert unpacked(tmp_path, make_archive()) == TAKEN
    assert (tmp_path / "sets" / NAME / "1/2/1-2-0000.flac").read_bytes() == WAV


def test_nothing_else_is_taken(tmp_path: Path) -> None:
    hostile: dict[str, bytes | tarfile.TarInfo] = {
        "/out.flac": WAV,
        "../out.flac": WAV,
        "out.flac": WAV,
        "LibriSpeech": WAV,
        "LibriSpeech/dev-other/1/2/1-2-0.flac": WAV,
        f"LibriSpeech/{NAME}/run.sh": b"#!/bin/sh",
        f"{CHAPTER}/link.flac": special(tarfile.SYMTYPE, "/etc/passwd"),
        f"{CHAPTER}/hard.flac": special(tarfile.LNKTYPE, "../../../out.flac"),
        f"{CHAPTER}/pipe.flac": special(tarfile.FIFOTYPE),
        f"{CHAPTER}/3": special(tarfile.SYMTYPE, ".."),
    }
    assert unpacked(tmp_path, make_archive({**MEMBERS, **hostile})) == TAKEN


@pytest.mark.parametrize("way", ["..", "../..", "1/../.."])
def test_nothing_is_put_beside_the_folder(tmp_path: Path, way: str) -> None:
    # No further up than the test's own folder, where it would be seen.
    with pytest.raises(DownloadError, match="outside the destination"):
        unpacked(tmp_path, make_archive({**MEMBERS, f"LibriSpeech/{NAME}/{way}/out.flac": WAV}))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"not an archive", "can't be unpacked"),
        (make_archive()[:-40], "can't be unpacked"),
        (
            make_archive({"LibriSpeech/dev-other/1/2/1-2-0.flac": WAV}),
            "The archive holds no LibriSpeech/test-other.",
        ),
    ],
)
def test_an_archive_that_is_not_what_it_should_be_leaves_nothing(
    tmp_path: Path, data: bytes, what: str
) -> None:
    with pytest.raises(DownloadError, match=what):
        unpacked(tmp_path, data)
    assert list((tmp_path / "sets").iterdir()) == []


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    cancelled = Event()
    cancelled.set()
    with pytest.raises(DownloadError, match="cancelled"):
        unpacked(tmp_path, make_archive(), cancelled)
    assert list((tmp_path / "sets").iterdir()) == []


def test_what_a_crash_left_is_no_hindrance(tmp_path: Path) -> None:
    left = tmp_path / "sets" / f".{NAME}.unpacking" / "9"
    left.mkdir(parents=True)
    (left / "old.flac").write_bytes(b"half")
    assert not any("old" in name for name in unpacked(tmp_path, make_archive()))

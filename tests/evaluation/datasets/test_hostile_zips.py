"""Zips that are damaged or made to do harm: every message names the entry, and the good entries are used."""

import io
import stat
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from components.core.errors import UnreadableAudioError
from components.evaluation.datasets import files, zip_files
from components.evaluation.datasets.dataset import DatasetError, open_dataset, open_zip
from tests.evaluation.datasets.made_files import WAV, ids, make_zip, zipped

ROWS = "file,text\ngood.wav,fine\nbad.wav,one\n"
BOMB = bytes(12_000_000)


def with_entry(info: zipfile.ZipInfo | str, data: bytes = WAV, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A good set with one more entry."""
    archive = io.BytesIO(make_zip({"m.csv": ROWS, "good.wav": WAV}))
    with zipfile.ZipFile(archive, "a", method) as file:
        file.writestr(info, data, compress_type=method)
    return archive.getvalue()


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


def encrypted(data: bytes, name: str) -> bytes:
    """The flag of encryption set, in the entry's own header and in the archive's list."""
    for mark, flags, at in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        position = next(p for p in positions(data, mark) if data[p + at :].startswith(name.encode()))
        data = data[: position + flags] + b"\1" + data[position + flags + 1 :]
    return data


def with_declared_size(data: bytes, name: str, size: int) -> bytes:
    """The uncompressed size of an entry as a lie."""
    for mark, field, at in ((b"PK\3\4", 22, 30), (b"PK\1\2", 24, 46)):
        position = next(p for p in positions(data, mark) if data[p + at :].startswith(name.encode()))
        data = data[: position + field] + struct.pack("<L", size) + data[position + field + 4 :]
    return data


def positions(data: bytes, mark: bytes) -> list[int]:
    return [p for p in range(len(data)) if data.startswith(mark, p)]


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (with_entry("../bad.wav"), "../bad.wav leads out of the zip"),
        (with_entry("x/../../bad.wav"), "x/../../bad.wav leads out of the zip"),
        (with_entry("/bad.wav"), "/bad.wav has an absolute path"),
        (with_entry("C:/bad.wav"), "C:/bad.wav has an absolute path"),
        (with_entry(r"x\bad.wav"), r"x\bad.wav has a name with a backslash"),
        (with_entry(entry("bad.wav", stat.S_IFLNK | 0o777), b"/etc/passwd"), "bad.wav is a link"),
        (encrypted(with_entry("bad.wav"), "bad.wav"), "bad.wav is encrypted"),
        (with_entry("bad.wav", BOMB), "bad.wav is compressed beyond what sound can be, like a zip bomb"),
        (with_entry("bad.wav", BOMB, zipfile.ZIP_BZIP2), "bad.wav is compressed in an unusual way"),
        (with_entry("bad.wav", method=zipfile.ZIP_LZMA), "bad.wav is compressed in an unusual way"),
        (with_declared_size(with_entry("bad.wav"), "bad.wav", 2**31), "bad.wav is larger than 200 MB"),
        (with_entry("bad.zip", make_zip({"bad.wav": WAV})), "bad.zip is a zip within the zip"),
    ],
)
def test_an_entry_that_is_not_used_is_named(data: bytes, finding: str) -> None:
    dataset = open_zip(data, "mine.zip")
    assert ids(dataset) == ["good.wav"]
    assert dataset.utterances[0].read().seconds == 0.1
    assert dataset.findings == (f"{finding}.", "m.csv, row 3: bad.wav is not there, or can't be used.")


def test_a_damaged_entry_is_named_when_it_is_read() -> None:
    data = bytearray(with_entry("bad.wav", method=zipfile.ZIP_STORED))
    data[data.index(WAV) + 100] ^= 1
    good, bad = open_zip(bytes(data), "mine.zip").utterances
    assert good.read().seconds == 0.1
    with pytest.raises(UnreadableAudioError, match=r"^bad\.wav is damaged in the zip"):
        bad.read()


def test_a_bomb_that_lies_about_its_size_takes_no_memory() -> None:
    data = with_declared_size(with_entry("bad.wav", BOMB), "bad.wav", 3000)
    bad = open_zip(data, "mine.zip").utterances[1]
    tracemalloc.start()
    with pytest.raises(UnreadableAudioError, match=r"^bad\.wav is damaged in the zip"):
        bad.read()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_a_damaged_manifest_is_named() -> None:
    data = bytearray(make_zip({"m.csv": ROWS, "good.wav": WAV}, zipfile.ZIP_STORED))
    data[data.index(b"fine")] ^= 1
    with pytest.raises(DatasetError, match=r"m\.csv is damaged in the zip"):
        open_zip(bytes(data), "mine.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_with_one_name_the_first_counts() -> None:
    archive = io.BytesIO(with_entry("bad.wav"))
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("bad.wav", WAV + bytes(100))
    dataset = open_zip(archive.getvalue(), "mine.zip")
    assert dataset.utterances[1].checksum() == zlib.crc32(WAV)
    assert dataset.utterances[1].read().seconds == 0.1
    assert dataset.findings == ("bad.wav is in the zip more than once; the first one counts.",)


def test_what_a_desktop_leaves_in_a_zip_does_not_matter() -> None:
    junk = {
        "__MACOSX/mine/._m.csv": b"\0\5\x16",
        "mine/.DS_Store": b"x",
        "mine/._good.wav": b"x",
        "mine/Thumbs.db": b"x",
    }
    dataset = zipped({"mine/m.csv": "file,text\ngood.wav,fine\n", "mine/good.wav": WAV, **junk})
    assert (ids(dataset), dataset.findings) == (["good.wav"], ())


def test_the_bytes_of_all_entries_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_files, "MOST_BYTES_IN_ALL", 2 * len(WAV))
    dataset = open_zip(with_entry("bad.wav"), "mine.zip")
    assert ids(dataset) == ["good.wav"]
    assert dataset.findings[0] == "bad.wav goes beyond 0 GB of files in one zip."


def test_thousands_of_entries_are_read(tmp_path: Path) -> None:
    rows = "file,text\n" + "".join(f"{n}.wav,word\n" for n in range(5000))
    data = make_zip({"m.csv": rows, **{f"{n}.wav": WAV for n in range(5000)}}, zipfile.ZIP_STORED)
    assert len(open_zip(data, "mine.zip").utterances) == 5000


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_files, "MOST_FILES", 100)
    monkeypatch.setattr(files, "MOST_FILES", 100)
    data = make_zip({f"{n}.wav": b"" for n in range(101)})
    (tmp_path / "mine.zip").write_bytes(data)
    for open_it in (lambda: open_zip(data, "mine.zip"), lambda: open_dataset(tmp_path / "mine.zip")):
        with pytest.raises(DatasetError, match=r"mine\.zip holds more than 100 files"):
            open_it()


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", WAV, with_entry("bad.wav")[:-30], b"PK\5\6" + bytes(18)[:10]],
)
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "mine.zip").write_bytes(data)
    for open_it in (lambda: open_zip(data, "mine.zip"), lambda: open_dataset(tmp_path / "mine.zip")):
        with pytest.raises(DatasetError, match=r"mine\.zip is not a zip that can be read"):
            open_it()


def test_names_in_utf8_that_do_not_say_so() -> None:
    data = make_zip({"m.csv": "file,text\nä.wav,fine\n", "ä.wav": WAV})
    flags = [p + 6 for p in positions(data, b"PK\3\4")] + [p + 8 for p in positions(data, b"PK\1\2")]
    silent = bytearray(data)
    for position in flags:
        silent[position + 1] &= ~0x08
    assert ids(open_zip(bytes(silent), "mine.zip")) == ["ä.wav"]


def test_names_in_an_old_encoding() -> None:
    data = make_zip({"m.csv": "file,text\nxx.wav,fine\nz.wav,fine\n", "xx.wav": WAV, "z.wav": WAV})
    dataset = open_zip(data.replace(b"xx.wav", b"\x84x.wav"), "mine.zip")
    assert ids(dataset) == ["z.wav"]

"""The files of a zip, read from the archive itself: nothing of it is ever written to the disk."""

import io
import mmap
import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from components.evaluation.datasets.files import (
    MOST_BYTES,
    MOST_FILES,
    TOO_LARGE,
    DatasetError,
    Files,
    Findings,
    is_junk,
    shown,
    too_many,
    unreadable,
)

MOST_BYTES_IN_ALL = 20_000_000_000
"""Of all entries of one zip when unpacked: 170 hours of 16 kHz mono WAV."""

_ENTRY = re.compile(re.escape(b"PK\x01\x02"))
_BOMB_RATIO, _BOMB_BYTES = 100, 5_000_000
"""No sound is compressed a hundredfold by deflate but silence, and 5 MB of that would be minutes."""
_FLAG_ENCRYPTED = 0x1
_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises at archives that are damaged, encrypted, or of a kind that it doesn't know."""


class ZipFiles(Files):
    """The files of a zip in memory or on the disk."""

    def __init__(self, source: bytes | Path, title: str, findings: Findings) -> None:
        """Lists the zip.

        Raises:
            DatasetError: it is no zip, can't be read, or has too many entries.
        """
        self.title = shown(title)
        try:
            self._zip = _open(source, self.title)
        except _BROKEN as error:
            raise DatasetError(
                f"{self.title} is not a zip that can be read.",
                "Create it again with the default settings; it may have been cut off in transit.",
            ) from error
        self._entries = {info.filename: info for info in _usable(self._zip.infolist(), findings)}
        self.sizes = {name: self._entries[name].file_size for name in sorted(self._entries)}

    def read(self, name: str) -> bytes:
        """See Files."""
        entry = self._entries[name]
        try:
            # Several threads may: zipfile itself guards the archive's file, which its entries share.
            with self._zip.open(entry) as file:
                # Asked for that many bytes, zipfile unpacks no more, whatever comes; of a wrong size the sum is wrong.
                return file.read(entry.file_size)
        except _BROKEN as error:
            raise unreadable(name, "is damaged in the zip") from error

    def checksum(self, name: str) -> int:
        """See Files; the archive has it."""
        return self._entries[name].CRC


def _open(source: bytes | Path, title: str) -> ZipFile:
    """Opens the archive after a look at how many entries it has: reading their list takes memory for each."""
    if isinstance(source, bytes):
        _check_count(source, title)
        return _with_names_in_utf8(io.BytesIO(source))
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _check_count(data, title)
    return _with_names_in_utf8(source)


def _with_names_in_utf8(source: io.BytesIO | Path) -> ZipFile:
    # Some programs, macOS's among them, write names in UTF-8 and don't say so.
    try:
        return ZipFile(source, metadata_encoding="utf-8")
    except UnicodeDecodeError:
        return ZipFile(source)


def _check_count(data: bytes | mmap.mmap, title: str) -> None:
    # Each entry of the list begins with this mark; what the archive says of its length may be a lie.
    for count, _ in enumerate(_ENTRY.finditer(data), 1):
        if count > MOST_FILES:
            raise too_many(title)


def _usable(infos: list[ZipInfo], findings: Findings) -> Iterator[ZipInfo]:
    seen: set[str] = set()
    total = 0
    for info in infos:
        if info.is_dir() or is_junk(info.filename):
            continue
        fault = _fault(info)
        if fault is None and info.filename in seen:
            fault = "is in the zip more than once; the first one counts"
        if fault is None and total + info.file_size > MOST_BYTES_IN_ALL:
            fault = f"goes beyond {MOST_BYTES_IN_ALL // 10**9} GB of files in one zip"
        if fault:
            findings.add(f"{shown(info.filename)} {fault}.")
            continue
        seen.add(info.filename)
        total += info.file_size
        yield info


def _fault(info: ZipInfo) -> str | None:
    """Why an entry is not used, if so."""
    name, size = info.filename, info.file_size
    faults = {
        "has a name with a backslash": "\\" in name,
        "has an absolute path": name.startswith("/") or bool(PureWindowsPath(name).drive),
        "leads out of the zip": ".." in PurePosixPath(name).parts,
        "is a link": stat.S_ISLNK(info.external_attr >> 16),
        "is encrypted": bool(info.flag_bits & _FLAG_ENCRYPTED),
        "is a zip within the zip": name.lower().endswith(".zip"),
        # Other methods can't be unpacked chunk by chunk, so that a few bytes may become gigabytes.
        "is compressed in an unusual way": info.compress_type not in {ZIP_STORED, ZIP_DEFLATED},
        TOO_LARGE: size > MOST_BYTES,
        "is compressed beyond what sound can be, like a zip bomb": (
            size > _BOMB_BYTES and size > _BOMB_RATIO * info.compress_size
        ),
    }
    return next((fault for fault, holds in faults.items() if holds), None)

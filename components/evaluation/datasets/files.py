"""The files of a data set, wherever they lie: what readers of manifests and transcripts build on."""

import os
import stat
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from components.core.errors import PortalError

MOST_FILES = 50_000
"""More than the test and dev parts of the usual corpora have; what is listed takes memory."""
MOST_BYTES = 200_000_000
"""Of one file: half an hour of uncompressed CD sound, and far beyond any single utterance."""

_JUNK = {".DS_Store", "Thumbs.db", "desktop.ini"}
_LONGEST_NAME_SHOWN = 120


class DatasetError(PortalError):
    """A data set can't be used, or not found, fetched or opened."""


class Findings:
    """Faults of a data set, as sentences that name the entry. Many of one kind do not fill memory or screen."""

    MOST = 200

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[str] = []

    def add(self, sentence: str) -> None:
        """Notes one fault."""
        self.count += 1
        if self.count <= self.MOST:
            self._kept.append(sentence)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The first ones, and how many more there are."""
        more = self.count - len(self._kept)
        return (*self._kept, f"And {more} more.") if more else tuple(self._kept)


class Files(ABC):
    """Regular files below one root. Safe to read from several threads.

    `title` is what the user knows the root by, fit to be shown. `sizes` has the bytes of every file that may be read,
    by its name from the root with "/" between folders, in alphabetical order. What may not be read is in the findings
    and not there.
    """

    title: str
    sizes: Mapping[str, int]

    @abstractmethod
    def read(self, name: str) -> bytes:
        """The contents of a file in `sizes`.

        Raises:
            DatasetError: it can't be read; the message names it.
        """

    @abstractmethod
    def checksum(self, name: str) -> int:
        """The CRC-32 of the contents of a file in `sizes`; 0 where they can't be read."""


class FolderFiles(Files):
    """The files of a folder. No link is followed out of it."""

    def __init__(self, folder: Path, findings: Findings) -> None:
        """Lists the folder.

        Raises:
            DatasetError: it holds too many files.
        """
        self.title = shown(folder.resolve().name)
        self._root = folder.resolve()
        sizes: dict[str, int] = {}
        for path in self._walk(findings):
            name = path.relative_to(self._root).as_posix()
            fault = self._fault(path)
            if fault:
                findings.add(f"{shown(name)} {fault}.")
            elif not is_junk(name):
                sizes[name] = path.stat().st_size
            if len(sizes) > MOST_FILES:
                raise too_many(self.title)
        self.sizes = dict(sorted(sizes.items()))

    def read(self, name: str) -> bytes:
        """See Files."""
        try:
            with (self._root / name).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise unreadable(name, f"can't be read: {error.strerror}") from error
        if len(data) > MOST_BYTES:
            raise unreadable(name, TOO_LARGE)
        return data

    def checksum(self, name: str) -> int:
        """See Files."""
        try:
            return zlib.crc32(self.read(name))
        except DatasetError:
            return 0

    def _walk(self, findings: Findings) -> Iterator[Path]:
        def note(error: OSError) -> None:
            findings.add(f"{shown(str(error.filename))} can't be listed: {error.strerror}.")

        for folder, folders, names in os.walk(self._root, onerror=note):
            links = [name for name in folders if Path(folder, name).is_symlink()]
            yield from (Path(folder, name) for name in (*links, *names))

    def _fault(self, path: Path) -> str | None:
        try:
            str(path.relative_to(self._root)).encode()
            target, found = path.resolve(), path.stat()
        except UnicodeEncodeError:
            return "has a name that is not UTF-8"
        except (OSError, RuntimeError):  # links in a circle are the latter in Python 3.11 and 3.12
            return "is a link that leads nowhere"
        if not target.is_relative_to(self._root):
            return "is a link that leads out of the folder"
        if not stat.S_ISREG(found.st_mode):
            return (
                "is a link to a folder; links are not followed" if path.is_symlink() else "is no regular file"
            )
        return TOO_LARGE if found.st_size > MOST_BYTES else None


TOO_LARGE = f"is larger than {MOST_BYTES // 1_000_000} MB"


def too_many(title: str) -> DatasetError:
    """There are more files than are listed."""
    return DatasetError(f"{title} holds more than {MOST_FILES} files.", "Make a data set of a part of them.")


def unreadable(name: str, fault: str) -> DatasetError:
    """A file that can't be read."""
    return DatasetError(f"{shown(name)} {fault}.", "Put it right, or leave it out of the data set.")


def is_junk(name: str) -> bool:
    """Whether a desktop has left the file there, not a person."""
    path = PurePosixPath(name)
    return path.name in _JUNK or path.name.startswith("._") or "__MACOSX" in path.parts


def shown(name: str) -> str:
    """A name from elsewhere on one line of bearable length, whatever characters it has."""
    text = name if name.isprintable() else ascii(name)[1:-1]
    return text if len(text) <= _LONGEST_NAME_SHOWN else f"{text[:_LONGEST_NAME_SHOWN]}…"

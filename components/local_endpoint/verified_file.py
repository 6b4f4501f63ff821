"""Files whose contents are known to be the right ones."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from components.core.errors import PortalError

_CHUNK = 2**20
"""Bytes that are read at once."""


class WeightsError(PortalError):
    """Weights are missing, damaged, or change while they are loaded."""


class VerifiedFile:
    """A file, in one part or several, whose SHA-256 is right.

    It stays on the disk: three gigabytes are not kept in memory between hashing and loading. What was hashed is
    what was loaded if `check_unchanged` passes after the loading.
    """

    def __init__(self, parts: Sequence[Path], expected: str) -> None:
        """Hashes the file.

        Raises:
            WeightsError: it can't be read, or its SHA-256 is not the expected one.
        """
        self.parts = tuple(parts)
        try:
            self._stamps = self._look()
            actual = self._sum()
        except OSError as error:
            raise WeightsError(
                f"{error.filename} can't be read: {error.strerror}.",
                "Put the file there, or remove the folder.",
            ) from error
        if actual != expected:
            raise WeightsError(
                f"{self}: not the expected file, its SHA-256 is wrong.",
                "It is damaged or only half there: remove it, so that it is fetched again.",
            )

    def __str__(self) -> str:
        """Where it lies."""
        return " and ".join(map(str, self.parts))

    def read(self) -> bytes:
        """The contents."""
        return b"".join(part.read_bytes() for part in self.parts)

    def place_at(self, path: Path) -> None:
        """Makes it a file of that name: a link where it is in one part, else its parts one after the other."""
        if len(self.parts) == 1:
            path.symlink_to(self.parts[0].resolve())
            return
        with path.open("wb") as whole:
            for part in self.parts:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, whole, _CHUNK)

    def check_unchanged(self) -> None:
        """Finds out whether the file is still what was hashed.

        Raises:
            WeightsError: it was written to or replaced since then.
        """
        if self._look() != self._stamps:
            raise WeightsError(f"{self} changed while it was loaded.", "Deploy the model again.")

    def _look(self) -> list[tuple[int, ...]]:
        stats = [part.stat() for part in self.parts]
        # Whoever writes to a file moves its time of change (ctime), which nobody can set back.
        return [
            (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for stat in stats
        ]

    def _sum(self) -> str:
        digest = hashlib.sha256()
        for part in self.parts:
            with part.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        return digest.hexdigest()

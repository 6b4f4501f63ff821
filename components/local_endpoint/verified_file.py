"""Files whose contents are verified by their SHA-256."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from components.core.errors import PortalError


class WeightsError(PortalError):
    """Weights are missing or damaged."""


@dataclass(frozen=True)
class VerifiedFile:
    """A file on the disk, in one part or several, whose SHA-256 is the expected one.

    Raises:
        WeightsError: it can't be read, or its SHA-256 is another one.
    """

    parts: tuple[Path, ...]
    expected: str

    def __post_init__(self) -> None:
        """Computes the SHA-256."""
        digest = hashlib.sha256()
        try:
            for part in self.parts:
                with part.open("rb") as file:
                    hashlib.file_digest(file, lambda: digest)
        except OSError as error:
            raise WeightsError(
                f"{error.filename} can't be read: {error.strerror}.",
                "Put the file there, or remove the folder.",
            ) from error
        if digest.hexdigest() != self.expected:
            raise WeightsError(
                f"{' and '.join(map(str, self.parts))}: not the expected file, its SHA-256 is wrong.",
                "It is damaged or incomplete: remove it, so that it is fetched again.",
            )

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
                    shutil.copyfileobj(file, whole, 2**20)

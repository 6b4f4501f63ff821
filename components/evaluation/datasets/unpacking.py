"""Unpacks a set of LibriSpeech from the archive that it is published in."""

import gzip
import shutil
import tarfile
import zlib
from pathlib import Path
from threading import Event

from components.evaluation.datasets.partial_download import DownloadError
from components.evaluation.datasets.partial_download import cancelled as stopped

_ROOT = "LibriSpeech"
_SUFFIXES = (".flac", ".trans.txt")
_NOTICES = {f"{_ROOT}/LICENSE.TXT", f"{_ROOT}/README.TXT"}


def unpack(archive: Path, folder: Path, cancelled: Event) -> None:
    """Unpacks `LibriSpeech/<set>/` of a .tar.gz to `folder`, whose name is that of the set.

    Only speech, transcripts and the notices on the corpus are taken, and only regular files. The folder appears once
    it is complete.

    Raises:
        DownloadError: the archive is not what it should be, or `cancelled`.
        OSError: the disk is full, or can't be written.
    """
    making = folder.with_name(f".{folder.name}.unpacking")
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(parents=True)
        with tarfile.open(archive, "r:gz") as tar:
            _extract(tar, making, folder.name, cancelled)
        making.rename(folder)
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise DownloadError(f"{archive.name} can't be unpacked: {error}.", "Download it again.") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _extract(tar: tarfile.TarFile, folder: Path, name: str, cancelled: Event) -> None:
    def wanted(member: tarfile.TarInfo, to: str) -> tarfile.TarInfo | None:
        """The member below the set's folder, made harmless; None if it is left out."""
        if cancelled.is_set():
            raise stopped()
        is_of_set = member.name.startswith(f"{_ROOT}/{name}/") and member.name.endswith(_SUFFIXES)
        if not member.isreg() or not (is_of_set or member.name in _NOTICES):
            return None
        short = member.name.removeprefix(f"{_ROOT}/").removeprefix(f"{name}/")
        return tarfile.data_filter(member.replace(name=short, deep=False), to)

    tar.extractall(folder, filter=wanted)  # noqa: S202 - `wanted` looks at each member
    if not any(path.name.endswith(_SUFFIXES) for path in folder.rglob("*")):
        raise DownloadError(
            f"The archive holds no {_ROOT}/{name}.", "Name another mirror in PORTAL_OPENSLR_URL."
        )

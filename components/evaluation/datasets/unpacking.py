"""Unpacks a set of LibriSpeech from the archive that it is published in."""

import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from threading import Event

from components.evaluation.datasets.partial_download import DownloadError
from components.evaluation.datasets.partial_download import cancelled as stopped

_ROOT = "LibriSpeech"
_SUFFIXES = (".flac", ".trans.txt")
_NOTICES = ("LICENSE.TXT", "README.TXT")


def unpack(archive: Path, folder: Path, cancelled: Event) -> None:
    """Unpacks `LibriSpeech/<set>/` of a .tar.gz to `folder`, whose name is that of the set.

    Only speech, transcripts and the notices on the corpus are taken, and only regular files. The folder appears when
    it is whole.

    Raises:
        DownloadError: the archive is not what it should be, or `cancelled`, or the disk is full.
    """
    making = folder.with_name(f".{folder.name}.unpacking")
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(parents=True)
        with tarfile.open(archive, "r:gz") as tar:
            _extract(tar, making, folder.name, cancelled)
        making.rename(folder)
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise DownloadError(f"{archive.name} can't be unpacked: {error}.", "Download it again.") from error
    except OSError as error:
        raise DownloadError(
            f"{archive.name} can't be unpacked: {error.strerror or error}.",
            "See to the disk and its permissions, then go on: what has come is kept.",
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _extract(tar: tarfile.TarFile, folder: Path, name: str, cancelled: Event) -> None:
    found = False
    for member in tar:
        if cancelled.is_set():
            raise stopped()
        path = _wanted(member, name)
        source = tar.extractfile(member) if path else None
        if path is None or source is None:
            continue
        found = found or path.name.endswith(_SUFFIXES)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
    if not found:
        raise DownloadError(
            f"The archive holds no {_ROOT}/{name}.", "Name another mirror in PORTAL_OPENSLR_URL."
        )


def _wanted(member: tarfile.TarInfo, name: str) -> PurePosixPath | None:
    """Where a member goes below the set's folder; None if it is left out."""
    path = PurePosixPath(member.name)
    if not member.isreg() or path.is_absolute() or ".." in path.parts or path.parts[:1] != (_ROOT,):
        return None
    if path.parts[1:] in {(notice,) for notice in _NOTICES}:
        return PurePosixPath(path.name)
    return (
        path.relative_to(_ROOT, name)
        if path.parts[1:2] == (name,) and path.name.endswith(_SUFFIXES)
        else None
    )

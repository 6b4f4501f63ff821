"""Downloads of LibriSpeech's test sets: each in a thread of its own, so that no page has to stay open for it."""

import gzip
import hashlib
import shutil
import tarfile
import time
import zlib
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event

from filelock import FileLock, Timeout

from components.core.background_work import CancellableWork
from components.core.resources import InsufficientResourcesError, check_disk
from components.core.settings import Settings
from components.core.work_registry import WorkRegistry
from components.evaluation.datasets.librispeech import SETS, TRANSCRIPTS, download_folder, find
from components.evaluation.datasets.partial_download import DownloadError, PartialDownload, cancelled

_SECONDS_BETWEEN_LOOKS = 0.5
_ROOT = "LibriSpeech"
_SUFFIXES = (".flac", TRANSCRIPTS)
_NOTICES = {f"{_ROOT}/LICENSE.TXT", f"{_ROOT}/README.TXT"}


class Download(CancellableWork):
    """One set on its way: fetched, verified, unpacked.

    `step` says what it does, and `done` how many of its `total` bytes are there. It ends with `path`, or with `error`,
    or cancelled, which is an error too. Of several at once, in one process or several, one downloads and the others
    wait for it.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.path: Path | None = None
        self._settings = settings
        self._folder = download_folder(settings)
        self._part = self._folder / f"{name}.tar.gz.part"
        self._archive = SETS[name]
        self.step, self.done, self.total = "waiting", 0, self._archive.size
        self._since: tuple[float, int] | None = None
        super().__init__(f"downloading {name}", name)

    @property
    def left(self) -> timedelta | None:
        """The time that the download will still take; None as long as that can't be told."""
        if self.step != "downloading" or self._since is None:
            return None
        began, had = self._since
        speed = (self.done - had) / max(time.monotonic() - began, 1e-3)
        return timedelta(seconds=(self.total - self.done) / speed) if speed > 0 else None

    def _carry_out(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self.path = find(self.name, self._settings) or self._fetch()

    def _unforeseen(self, error: Exception) -> DownloadError:
        return DownloadError(
            f"Downloading {self.name} failed: {str(error) or type(error).__name__}.",
            "See that the folder in PORTAL_DATA_DIR has room and can be written; what has come is kept.",
        )

    def _alone(self) -> AbstractContextManager[object]:
        """The lock, taken, that keeps other threads and processes from downloading the same."""
        lock = FileLock(self._folder / f".{self.name}.lock")
        while True:
            try:
                return lock.acquire(timeout=_SECONDS_BETWEEN_LOOKS)
            except Timeout:
                self.step = "waiting for another download of it"
                self.done = _size(self._part)
                if self._cancelled.is_set():
                    raise cancelled() from None

    def _fetch(self) -> Path:
        part, folder = self._part, self._folder / self.name
        self._check_room()
        self.step = "downloading"
        url = f"{self._settings.openslr_url.rstrip('/')}/{self.name}.tar.gz"
        PartialDownload(url, part, self.total, self._report, self._cancelled).carry_out()
        self.step = "checking"
        with part.open("rb") as data:
            md5 = hashlib.file_digest(data, partial(hashlib.md5, usedforsecurity=False)).hexdigest()
        if md5 != self._archive.md5:
            part.unlink()
            raise DownloadError(
                f"{self.name}.tar.gz is damaged: its MD5 is not the one that OpenSLR gives. It was deleted.",
                "Download it again; if that doesn't help, name another mirror in PORTAL_OPENSLR_URL.",
            )
        self.step = "unpacking"
        unpack(part, folder, self._cancelled)
        part.unlink()
        return folder

    def _check_room(self) -> None:
        try:
            # FLAC does not compress any further: unpacked it is as large as the archive.
            check_disk(2 * self.total - _size(self._part), self._folder)
        except InsufficientResourcesError as error:
            advice = "Free some, or name a folder on a larger disk in PORTAL_DATA_DIR."
            raise InsufficientResourcesError(error.what, advice) from error

    def _report(self, done: int) -> None:
        self.done = done
        self._since = self._since or (time.monotonic(), done)


def start_download(registry: WorkRegistry, name: str, settings: Settings) -> Download:
    """The download of a set: the one under way, or else a new one."""
    return registry.start(
        lambda: Download(name, settings), unless=lambda: registry.find_running(Download, name)
    )


def unpack(archive: Path, folder: Path, is_cancelled: Event) -> None:
    """Unpacks `LibriSpeech/<set>/` of a .tar.gz to `folder`, whose name is that of the set.

    Only speech, transcripts and the notices on the corpus are taken, and only regular files. The folder appears once
    it is complete.

    Raises:
        DownloadError: the archive is not what it should be, or `is_cancelled`.
        OSError: the disk is full, or can't be written.
    """
    making = folder.with_name(f".{folder.name}.unpacking")
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(parents=True)
        with tarfile.open(archive, "r:gz") as tar:
            _extract(tar, making, folder.name, is_cancelled)
        making.rename(folder)
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise DownloadError(f"{archive.name} can't be unpacked: {error}.", "Download it again.") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _extract(tar: tarfile.TarFile, folder: Path, name: str, is_cancelled: Event) -> None:
    def wanted(member: tarfile.TarInfo, to: str) -> tarfile.TarInfo | None:
        """The member below the set's folder, made harmless; None if it is left out."""
        if is_cancelled.is_set():
            raise cancelled()
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


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0

"""Downloads of LibriSpeech's test sets: each in a thread of its own, so that no page has to stay open for it."""

import hashlib
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from components.core.background_work import CancellableWork
from components.core.resources import InsufficientResourcesError, check_disk
from components.core.settings import Settings
from components.core.work_registry import WorkRegistry
from components.evaluation.datasets.openslr import SETS, download_folder, find
from components.evaluation.datasets.partial_download import DownloadError, PartialDownload, cancelled
from components.evaluation.datasets.unpacking import unpack

_SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True)
class DownloadProgress:
    """What a download does, and how many bytes it has of how many; `left` is None as long as that can't be told."""

    step: str
    done: int
    total: int
    left: timedelta | None = None


class Download(CancellableWork):
    """One set on its way: fetched, verified, unpacked.

    It ends with `path`, or with `error`, or cancelled, which is an error too. Of several at once, in one process or
    several, one downloads and the others wait for it.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.path: Path | None = None
        self._settings = settings
        self._folder = download_folder(settings)
        self._part = self._folder / f"{name}.tar.gz.part"
        self._archive = SETS[name]
        self._step, self._done = "waiting", 0
        self._since: tuple[float, int] | None = None
        super().__init__(f"downloading {name}", name)

    @property
    def progress(self) -> DownloadProgress:
        """How far it is."""
        return DownloadProgress(self._step, self._done, self._archive.size, self._left())

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
                self._step = "waiting for another download of it"
                self._done = _size(self._part)
                if self._cancelled.is_set():
                    raise cancelled() from None

    def _fetch(self) -> Path:
        part, folder = self._part, self._folder / self.name
        self._check_room()
        self._step = "downloading"
        url = f"{self._settings.openslr_url.rstrip('/')}/{self.name}.tar.gz"
        PartialDownload(url, part, self._archive.size, self._report, self._cancelled).carry_out()
        self._step = "checking"
        if _md5(part) != self._archive.md5:
            part.unlink()
            raise DownloadError(
                f"{self.name}.tar.gz is damaged: its MD5 is not the one that OpenSLR gives. It was deleted.",
                "Download it again; if that doesn't help, name another mirror in PORTAL_OPENSLR_URL.",
            )
        self._step = "unpacking"
        unpack(part, folder, self._cancelled)
        part.unlink()
        return folder

    def _check_room(self) -> None:
        try:
            # FLAC does not compress any further: unpacked it is as large as the archive.
            check_disk(2 * self._archive.size - _size(self._part), self._folder)
        except InsufficientResourcesError as error:
            advice = "Free some, or name a folder on a larger disk in PORTAL_DATA_DIR."
            raise InsufficientResourcesError(error.what, advice) from error

    def _report(self, done: int) -> None:
        self._done = done
        self._since = self._since or (time.monotonic(), done)

    def _left(self) -> timedelta | None:
        if self._step != "downloading" or self._since is None:
            return None
        began, had = self._since
        speed = (self._done - had) / max(time.monotonic() - began, 1e-3)
        return timedelta(seconds=(self._archive.size - self._done) / speed) if speed > 0 else None


def start_download(registry: WorkRegistry, name: str, settings: Settings) -> Download:
    """The download of a set: the one under way, or else a new one."""
    return registry.start(
        lambda: Download(name, settings), unless=lambda: registry.find_running(Download, name)
    )


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _md5(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, partial(hashlib.md5, usedforsecurity=False)).hexdigest()

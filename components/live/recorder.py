"""The audio of a live session, on the disk: an hour takes 115 MB."""

import errno
import os
import tempfile
from io import FileIO
from threading import Lock
from weakref import finalize

import numpy as np

from components.audio.decoding import Clip, Samples
from components.core.errors import PortalError
from components.whisper.contract import SAMPLE_RATE

_SAMPLE_BYTES = 2


class Recorder:
    """Samples in a temporary file, deleted with the recorder. Safe to use from several threads.

    `bytes_kept` is the file's size.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.bytes_kept = 0
        self._file: FileIO | None = None

    def add(self, samples: Samples) -> None:
        """Appends int16 at 16 kHz.

        Raises:
            PortalError: there is no room on the disk.
        """
        with self._lock:
            try:
                self._write(samples.tobytes())
            except OSError as error:
                raise PortalError(
                    f"The audio can't be recorded: {error.strerror}.",
                    "Make room in the portal's temporary folder, and start again.",
                ) from error

    def wav(self, begin: float = 0.0, seconds: float | None = None) -> bytes:
        """A WAV file of so many seconds from `begin` on; of all that follows unless given."""
        first = int(begin * SAMPLE_RATE) * _SAMPLE_BYTES
        most = self.bytes_kept if seconds is None else int(seconds * SAMPLE_RATE) * _SAMPLE_BYTES
        data = b""
        with self._lock:
            if self._file is not None:
                self._file.seek(first)
                data = self._file.read(max(0, min(most, self.bytes_kept - first)))
        return Clip(np.frombuffer(data, np.int16), "", "").wav()

    def _write(self, data: bytes) -> None:
        if self._file is None:
            # Unbuffered: all bytes counted are on the disk.
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as the recorder
            finalize(self, self._file.close)
        self._file.seek(self.bytes_kept)
        written = self._file.write(data)
        self.bytes_kept += written // _SAMPLE_BYTES * _SAMPLE_BYTES
        if written < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

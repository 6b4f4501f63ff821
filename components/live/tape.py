"""What was recorded, on the disk: an hour takes 115 MB."""

import tempfile
from threading import Lock
from weakref import finalize

import numpy as np

from components.audio import Clip, Samples
from components.contract import SAMPLE_RATE
from components.errors import PortalError

_SAMPLE_BYTES = 2


class Tape:
    """Samples in a file that vanishes with it. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._bytes = 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the tape
        finalize(self, self._file.close)

    @property
    def bytes_kept(self) -> int:
        """How many bytes it takes, on the disk."""
        return self._bytes

    def add(self, samples: Samples) -> None:
        """Appends int16 at 16 kHz.

        Raises:
            PortalError: there is no room on the disk.
        """
        with self._lock:
            try:
                self._file.seek(self._bytes)
                self._file.write(samples.tobytes())
            except OSError as error:
                raise PortalError(
                    f"What is said can't be kept: {error.strerror}.",
                    "Make room in the portal's temporary folder, and start again.",
                ) from error
            self._bytes += samples.nbytes

    def wav(self, begin: float = 0.0, seconds: float | None = None) -> bytes:
        """From `begin` on so many seconds of it as a WAV file; all that follows unless given."""
        first = int(begin * SAMPLE_RATE) * _SAMPLE_BYTES
        count = -1 if seconds is None else int(seconds * SAMPLE_RATE) * _SAMPLE_BYTES
        with self._lock:
            self._file.seek(first)
            samples = np.frombuffer(self._file.read(count), np.int16)
        return Clip(samples, "", "").wav()

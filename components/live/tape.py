"""What was recorded, on the disk: an hour takes 115 MB."""

import tempfile
from threading import Lock
from weakref import finalize

import numpy as np

from components.audio import Clip, Samples


class Tape:
    """Samples in a file that vanishes with it. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the tape
        finalize(self, self._file.close)

    def add(self, samples: Samples) -> None:
        """Appends int16 at 16 kHz."""
        with self._lock:
            self._file.seek(0, 2)
            self._file.write(samples.tobytes())

    def wav(self) -> bytes:
        """All of it as a WAV file."""
        with self._lock:
            self._file.seek(0)
            samples = np.frombuffer(self._file.read(), np.int16)
        return Clip(samples, "", "").wav()

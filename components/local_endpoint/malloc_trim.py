"""Returns memory that nobody uses any longer to the system: glibc keeps what lies between blocks in use."""

import ctypes
import sys
import time
from collections.abc import Callable
from threading import Event, Thread

SECONDS = 1.0
"""Without an ended request before memory is returned: the next request would only allocate it again."""


class MemoryTrimmer:
    """Trims the heap once no request has ended for a while. Safe to use from several threads.

    Where the C library has no `malloc_trim`, as on macOS, nothing happens.
    """

    def __init__(self) -> None:
        self._requested = Event()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
        if trim:
            Thread(target=self._keep_trimming, args=(trim,), name="malloc-trim", daemon=True).start()

    def request(self) -> None:
        """To be called when something has been freed, or will have been within a second."""
        self._requested.set()

    def _keep_trimming(self, trim: Callable[[int], int]) -> None:
        while self._requested.wait():
            while self._requested.is_set():
                self._requested.clear()
                time.sleep(SECONDS)
            trim(0)

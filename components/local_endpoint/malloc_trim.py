"""Memory that nobody uses any longer goes back to the system: glibc keeps what lies between chunks in use."""

import ctypes
import sys
import time
from collections.abc import Callable
from threading import Event, Thread

SECONDS = 1.0
"""Without a request that ended before it goes back: the next would only ask for it again, which takes time."""


class FreedMemory:
    """Gives free memory back once no request has ended for a while. Safe to use from several threads.

    Where the C library has no `malloc_trim`, as on macOS, nothing happens.
    """

    def __init__(self) -> None:
        self._some = Event()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
        if trim:
            Thread(target=self._give_back, args=(trim,), name="freed-memory", daemon=True).start()

    def may_be_there(self) -> None:
        """Something has been freed, or will have been within a second."""
        self._some.set()

    def _give_back(self, trim: Callable[[int], int]) -> None:
        while self._some.wait():
            while self._some.is_set():
                self._some.clear()
                time.sleep(SECONDS)
            trim(0)

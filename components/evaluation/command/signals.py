"""What Ctrl-C and SIGTERM do to the command."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

_CANCELLING = "Cancelling: waiting for the requests on their way (Ctrl-C again ends at once)."


class Interruption:
    """Cancels the run while there is one (`cancelled` is set); before that, and at the second time, ends the program.

    Ending is a KeyboardInterrupt in the main thread.
    """

    def __init__(self) -> None:
        self.cancelled = Event()
        self._is_measuring = False
        self._is_told = False

    @contextmanager
    def handled(self) -> Iterator[None]:
        """In this block the signals come here."""
        before = {number: signal.signal(number, self._come) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def cancelling(self) -> Iterator[None]:
        """In this block the first signal only cancels."""
        self._is_measuring = True
        try:
            yield
        finally:
            self._is_measuring = False

    def tell_once(self, tell: Callable[[str], None]) -> None:
        """Says that the run is being cancelled, when it is; to be called again and again while it is measured.

        A signal may come in the middle of a write to the console, and its handler then can't write there.
        """
        if self.cancelled.is_set() and not self._is_told:
            self._is_told = True
            tell(_CANCELLING)

    def _come(self, *_: object) -> None:
        if not self._is_measuring or self.cancelled.is_set():
            raise KeyboardInterrupt
        self.cancelled.set()

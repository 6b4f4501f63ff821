"""What Ctrl-C and SIGTERM do to a command."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Event

_CANCELLING = "Cancelling: waiting for the requests on their way (Ctrl-C again does not wait for them)."


CANCELLED = 130
"""The exit code of what Ctrl-C has ended."""


def run(module: str) -> int:
    """The exit code of a module's `main`; its imports take a second, and Ctrl-C has a plain answer by then, too."""
    try:
        exit_code: int = import_module(module).main()
    except KeyboardInterrupt:
        sys.stderr.write("Cancelled.\n")
        return CANCELLED
    return exit_code


class Interruption:
    """Cancels the run while there is one (`cancelled` is set), and ends the program where there is none.

    Ending is a KeyboardInterrupt in the main thread. The second time in a run it comes out of `attend`, so that
    nothing is interrupted which writes what was measured; the third time it comes at once.
    """

    def __init__(self) -> None:
        self.cancelled = Event()
        self._is_measuring = False
        self._is_told = self._is_impatient = False

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
        """In this block the first signal only cancels, and the second one waits for `attend`."""
        self._is_measuring = True
        try:
            yield
        finally:
            self._is_measuring = False

    def attend(self, tell: Callable[[str], None]) -> None:
        """Says that the run is being cancelled, when it is; to be called again and again while it is measured.

        A signal may come in the middle of a write to the console, and its handler then can't write there.

        Raises:
            KeyboardInterrupt: it has come twice.
        """
        if self._is_impatient:
            raise KeyboardInterrupt
        if self.cancelled.is_set() and not self._is_told:
            self._is_told = True
            tell(_CANCELLING)

    def _come(self, *_: object) -> None:
        if not self._is_measuring or self._is_impatient:
            raise KeyboardInterrupt
        self._is_impatient = self.cancelled.is_set()
        self.cancelled.set()

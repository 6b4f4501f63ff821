"""What all commands have in common while they run: the console, Ctrl-C and SIGTERM, the exit code of a failure."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from pydantic import ValidationError

from components.cli.console import Console
from components.cli.exit_codes import ExitCode
from components.core.errors import (
    AudioTooLongError,
    EndpointNotFoundError,
    NoCredentialsError,
    PortalError,
    UnreadableAudioError,
)
from components.core.settings import in_words
from components.whisper.parameter_rules import InvalidParametersError

_MISTAKES = (
    AudioTooLongError,
    EndpointNotFoundError,
    InvalidParametersError,
    NoCredentialsError,
    UnreadableAudioError,
    ValidationError,
)
"""What is wrong with the command line or the settings: raised before anything is sent."""

_CANCELLING = "Cancelling: waiting for the requests on their way (Ctrl-C again does not wait for them)."


class Interruption:
    """Cancels what is being transcribed or measured (`cancelled` is set), and ends the command where nothing is.

    Ending is a KeyboardInterrupt in the main thread. The second signal raises it in `check`, so that it interrupts
    nothing that writes results; the third raises it at once.
    """

    def __init__(self) -> None:
        self.cancelled = Event()
        self._is_cancellable = False
        self._is_announced = self._is_forced = False

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Handles the signals in this block."""
        before = {number: signal.signal(number, self._receive) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def cancelling(self) -> Iterator[None]:
        """Lets the first signal in this block only cancel, and the second one wait for `check`."""
        self._is_cancellable = True
        try:
            yield
        finally:
            self._is_cancellable = False

    def check(self, announce: Callable[[str], None]) -> None:
        """Announces a cancellation once; called again and again in a `cancelling` block.

        The signal's handler can't do it: it may have interrupted a write to the same stream.

        Raises:
            KeyboardInterrupt: the second signal has come.
        """
        if self._is_forced:
            raise KeyboardInterrupt
        if self.cancelled.is_set() and not self._is_announced:
            self._is_announced = True
            announce(_CANCELLING)

    def _receive(self, *_: object) -> None:
        if not self._is_cancellable or self._is_forced:
            raise KeyboardInterrupt
        self._is_forced = self.cancelled.is_set()
        self.cancelled.set()


def run(command: Callable[[Console, Interruption], ExitCode], *mistakes: type[PortalError]) -> ExitCode:
    """Carries out a command, prints the error that ends it, and returns the exit code.

    `mistakes` are errors that, in this command, come from its options.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came where nothing is to be kept.
        BrokenPipeError: nobody reads standard output any more.
    """
    console, interruption = Console(sys.stderr), Interruption()
    try:
        with interruption.handled():
            return command(console, interruption)
    except (PortalError, ValidationError) as error:
        console.print(in_words(error) if isinstance(error, ValidationError) else str(error))
        return ExitCode.USAGE if isinstance(error, (*_MISTAKES, *mistakes)) else ExitCode.INCOMPLETE
    finally:
        console.close()

"""What all commands have in common while they run: the console, Ctrl-C, and the exit code of a failure."""

import sys
from collections.abc import Callable

from pydantic import ValidationError

from components.cli.console import Console
from components.cli.exit_codes import ExitCode
from components.cli.interruption import Interruption
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

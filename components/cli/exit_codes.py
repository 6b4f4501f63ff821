"""What commands tell the shell."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of all commands."""

    COMPLETE = 0
    """Everything was done."""
    INCOMPLETE = 1
    """Something failed, or a part of the result is missing."""
    USAGE = 2
    """The command line is wrong, or names what is not there: a file, a data set, an endpoint, a profile."""
    CANCELLED = 130
    """Ctrl-C or SIGTERM ended it; what had been done until then is kept. Shells give the same code."""

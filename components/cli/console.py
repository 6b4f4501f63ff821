"""What a command says on standard error while it works: lines that stay, and one that changes."""

import math
import shutil
import time
from contextlib import suppress
from typing import TextIO

_SECONDS_BETWEEN_LINES = 10.0
"""Where nobody looks, but a log is written."""
_REWRITE = "\r\x1b[2K"


class Console:
    """Writes to a terminal, or to a log. Standard output stays free for the result."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rewrites = stream.isatty()
        self._clear = ""
        self._logged = -math.inf

    def tell(self, line: str) -> None:
        """A line that stays."""
        self._write(f"{self._clear}{line}\n")
        self._clear, self._logged = "", -math.inf

    def say(self, line: str) -> None:
        """How it stands now, in the place of what was said last; in a log a line every ten seconds."""
        if self._rewrites:
            width = shutil.get_terminal_size().columns - 1
            self._write(f"{_REWRITE}{line[:width]}")
            self._clear = _REWRITE
        elif time.monotonic() - self._logged >= _SECONDS_BETWEEN_LINES:
            self._write(f"{line}\n")
            self._logged = time.monotonic()

    def _write(self, text: str) -> None:
        # Where nobody reads it any more (a log that was closed), the run goes on all the same.
        with suppress(OSError):
            self._stream.write(text)
            self._stream.flush()


def minutes(seconds: float) -> str:
    """Such as "3:05 min"."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02} min"

"""What a command writes to standard error while it works: messages, and its progress."""

import math
import time
from contextlib import suppress
from threading import Lock
from typing import TextIO

import rich.console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column

_SECONDS_BETWEEN_LINES = 10.0
"""Of progress in a log."""


class Console:
    """Shows progress as a bar below the messages on a terminal, and as a line now and then in a log.

    Safe to use from several threads. Standard output stays free for the result.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._bar: Progress | None = None
        self._logged = -math.inf
        self._lock = Lock()

    def print(self, message: str) -> None:
        """Writes a line that stays."""
        with self._lock:
            self._clear()
            self._write(message)
            self._logged = -math.inf

    def progress(self, text: str, share: float | None = None) -> None:
        """Shows how far the command is; `share` is from 0 to 1, where it is known.

        The bar disappears with the next message.
        """
        with self._lock:
            if self._is_terminal:
                self._draw(text, share)
            elif time.monotonic() - self._logged >= _SECONDS_BETWEEN_LINES:
                self._write(text)
                self._logged = time.monotonic()

    def close(self) -> None:
        """Removes the bar."""
        with self._lock:
            self._clear()

    def _draw(self, text: str, share: float | None) -> None:
        with suppress(OSError):
            if self._bar is None:
                self._bar = _bar(self._stream)
                self._bar.add_task(text)
                self._bar.start()
            (task,) = self._bar.task_ids
            total = None if share is None else 1.0
            self._bar.update(task, description=text, completed=share, total=total, refresh=True)

    def _clear(self) -> None:
        if self._bar:
            with suppress(OSError):
                self._bar.stop()
            self._bar = None

    def _write(self, line: str) -> None:
        # Where nobody reads it any more (a log that was closed), the command goes on all the same.
        with suppress(OSError):
            self._stream.write(f"{line}\n")
            self._stream.flush()


def _bar(stream: TextIO) -> Progress:
    text = TextColumn(
        "{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")
    )
    # Drawn when there is something new: no thread of its own, and standard output stays what it is.
    return Progress(
        BarColumn(bar_width=20),
        text,
        console=rich.console.Console(file=stream),
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )

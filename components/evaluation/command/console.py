"""What the command says on standard error while it works: lines that stay, and one that changes."""

import math
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TextIO

from components.evaluation.progress import Progress, Standing
from components.evaluation.records import Batch, Item, Kind, Run

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


class ProgressLine:
    """Says after each batch how far the run is, and what it looks like so far."""

    def __init__(self, console: Console, run: Run, items: Sequence[Item]) -> None:
        self._console = console
        self._run = run
        self._progress = Progress(run, items)

    def note(self, batch: Batch) -> None:
        """Takes a batch into account."""
        self._progress.note(batch)
        if not self._progress.done:
            return
        left = self._progress.left()
        parts = [f"{self._progress.done} of {self._run.planned} requests", *self._standings()]
        if left is not None:
            parts.insert(1, f"{_minutes(left.total_seconds())} left")
        self._console.say("; ".join(parts))

    def _standings(self) -> Iterator[str]:
        for system, standing in zip(self._run.systems, self._progress.standings, strict=True):
            figures = _times(standing) if self._run.kind is Kind.LATENCY else _rates(standing)
            if figures:
                yield f"{system.endpoint}: {', '.join(figures)}"


def _rates(standing: Standing) -> list[str]:
    rates = {"WER": standing.words.rate, "CER": standing.characters.rate}
    return [f"{name} {rate:.2f} %" for name, rate in rates.items() if rate is not None]


def _times(standing: Standing) -> list[str]:
    return [f"mean {standing.seconds / standing.answered:.3f} s"] if standing.answered else []


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} min"

"""How far a run is, as a line on the console."""

from collections.abc import Iterator, Sequence

from components.cli.console import Console, minutes
from components.evaluation.progress import RunProgress, Standing
from components.evaluation.runs.records import Batch, Item, Run, RunKind


class ProgressLine:
    """Says after each batch how far the run is, and what it looks like so far."""

    def __init__(self, console: Console, run: Run, items: Sequence[Item]) -> None:
        self._console = console
        self._run = run
        self._progress = RunProgress(run, items)

    def note(self, batch: Batch) -> None:
        """Takes a batch into account."""
        self._progress.note(batch)
        if not self._progress.done:
            return
        left = self._progress.left()
        parts = [f"{self._progress.done} of {self._run.planned} requests", *self._standings()]
        if left is not None:
            parts.insert(1, f"{minutes(left.total_seconds())} left")
        self._console.say("; ".join(parts))

    def _standings(self) -> Iterator[str]:
        for system, standing in zip(self._run.systems, self._progress.standings, strict=True):
            figures = _times(standing) if self._run.kind is RunKind.LATENCY else _rates(standing)
            if figures:
                yield f"{system.endpoint}: {', '.join(figures)}"


def _rates(standing: Standing) -> list[str]:
    rates = {"WER": standing.words.rate, "CER": standing.characters.rate}
    return [f"{name} {rate:.2f} %" for name, rate in rates.items() if rate is not None]


def _times(standing: Standing) -> list[str]:
    return [f"mean {standing.seconds / standing.answered:.3f} s"] if standing.answered else []

"""How far a run has come, and what it looks like so far."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from components.evaluation.results.scores import scored
from components.evaluation.results.word_errors import Counts
from components.evaluation.runs.records import Batch, Item, Measurement, Run, RunKind


@dataclass(frozen=True)
class Standing:
    """One system so far. `words` and `characters` are the errors of accuracy runs; `seconds` sums what was answered."""

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    words: Counts = field(default_factory=Counts)
    characters: Counts = field(default_factory=Counts)


class RunProgress:
    """Counts the results of a run that starts now. Safe to read from other threads.

    `done` is the number of requests that are over, warm-up included; `standings` has one for each system of the run.
    """

    def __init__(self, run: Run, items: Sequence[Item]) -> None:
        self._run = run
        self._items = items
        self.done = self._over = 0
        self._first: tuple[float, int] | None = None
        self._began = time.monotonic()
        self.standings = [Standing() for _ in run.systems]

    @property
    def share(self) -> float:
        """From 0 to 1; what will not be sent any more counts as over."""
        return min(1.0, self._over / self._run.planned) if self._run.planned else 1.0

    def elapsed(self) -> timedelta:
        """Since the run began."""
        return timedelta(seconds=time.monotonic() - self._began)

    def left(self) -> timedelta | None:
        """What it will still take if it goes on like this; None as long as that can't be told.

        The first answers take longer (an endpoint warms up, connections are opened) and say nothing about the rest.
        """
        if self._first is None:
            return None
        when, over = self._first
        since = self._over - over
        if not since:
            return None
        left = max(0, self._run.planned - self._over)
        return timedelta(seconds=(time.monotonic() - when) / since * left)

    def note(self, batch: Batch, skipped: int = 0) -> None:
        """Takes what was measured into account, and how many requests were given up until now."""
        for measurement in batch:
            standing = self.standings[measurement.system]
            self.standings[measurement.system] = self._grown(standing, measurement)
            self.done += 1
        self._over = self.done + skipped
        if batch and self._first is None:
            self._first = time.monotonic(), self._over

    def _grown(self, standing: Standing, measurement: Measurement) -> Standing:
        if measurement.text is None:
            return replace(standing, failed=standing.failed + 1)
        if measurement.warm_up:
            return standing
        words, characters = standing.words, standing.characters
        if self._run.kind is RunKind.ACCURACY:
            normalizer = self._run.conditions.normalizer
            utterance = scored(self._run, self._items, measurement.item, measurement.text, normalizer)
            if utterance.is_characters:
                characters += utterance.alignment.counts
            else:
                words += utterance.alignment.counts
        seconds = standing.seconds + measurement.seconds
        return Standing(standing.answered + 1, standing.failed, seconds, words, characters)

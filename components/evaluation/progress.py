"""How far a run has come, and what it looks like so far."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock

from components.evaluation.records import Item, Kind, Measurement, Run
from components.evaluation.scores import scored
from components.evaluation.word_errors import Counts
from components.evaluation.workers import Batch


@dataclass(frozen=True)
class Standing:
    """One system so far. `words` and `characters` are the errors of accuracy runs; `seconds` sums what was answered."""

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    words: Counts = field(default_factory=Counts)
    characters: Counts = field(default_factory=Counts)


class Progress:
    """Counts what comes in from a run that begins now. Safe to read from other threads."""

    def __init__(self, run: Run, items: Sequence[Item]) -> None:
        self._run = run
        self._items = items
        self._lock = Lock()
        self._done = 0
        self._began = time.monotonic()
        self._standings = [Standing() for _ in run.systems]

    @property
    def done(self) -> int:
        """Requests that are over, warm-up included."""
        return self._done

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self._done / self._run.planned) if self._run.planned else 1.0

    @property
    def standings(self) -> list[Standing]:
        """One for each system of the run."""
        with self._lock:
            return list(self._standings)

    def elapsed(self) -> timedelta:
        """Since the run began."""
        return timedelta(seconds=time.monotonic() - self._began)

    def left(self) -> timedelta | None:
        """What it will still take if it goes on like this; None as long as that can't be told."""
        return self.elapsed() * (1 / self.share - 1) if self._done else None

    def note(self, batch: Batch) -> None:
        """Takes what was measured into account."""
        for measurement in batch:
            grown = self._grown(self._standings[measurement.system], measurement)
            with self._lock:
                self._standings[measurement.system] = grown
                self._done += 1

    def _grown(self, standing: Standing, measurement: Measurement) -> Standing:
        if measurement.text is None:
            return replace(standing, failed=standing.failed + 1)
        if measurement.warm_up:
            return standing
        words, characters = standing.words, standing.characters
        if self._run.kind is Kind.ACCURACY:
            normalizer = self._run.conditions.normalizer
            utterance = scored(self._run, self._items, measurement.item, measurement.text, normalizer)
            if utterance.is_characters:
                characters += utterance.alignment.counts
            else:
                words += utterance.alignment.counts
        seconds = standing.seconds + measurement.seconds
        return Standing(standing.answered + 1, standing.failed, seconds, words, characters)

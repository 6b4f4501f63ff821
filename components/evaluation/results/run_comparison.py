"""Two runs beside each other: what differed in their conditions, and how their systems did on the same utterances."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from components.evaluation.results.scores import ScoredUtterance, SystemScore, probability_better
from components.evaluation.results.word_errors import Counts, Unit
from components.evaluation.results.wording import NONE, described
from components.evaluation.runs.records import Run

_SURE = 0.999


@dataclass(frozen=True)
class Pair:
    """A system of the first run and one of the second, over the utterances that both answered.

    `first` and `second` are positions in the systems of their runs. Rates are pooled, in percent; `gain` is by how
    many percentage points the second makes fewer errors (negative: more), and `second_better` the probability that it
    does. All are None where they have no reference in common.
    """

    first: int
    second: int
    utterances: int
    first_rate: float | None
    second_rate: float | None
    second_better: float | None

    @property
    def gain(self) -> float | None:
        """Percentage points."""
        if self.first_rate is None or self.second_rate is None:
            return None
        return self.first_rate - self.second_rate


def pairs(first: Run, second: Run, scores: tuple[Sequence[SystemScore], Sequence[SystemScore]]) -> list[Pair]:
    """Every system of the first run with every one of the second; `scores` are by the same normalizer.

    Empty where the runs did not transcribe the same. Equal digests mean the same utterances with the same numbers.
    """
    if not first.conditions.digest or first.conditions.digest != second.conditions.digest:
        return []
    return [_pair(*both) for both in product(*scores)]


def in_percent(probability: float) -> str:
    """A probability from resamples, which can't tell certainty: beyond 99.9 % it is only "more than" that."""
    if probability > _SURE:
        return f"more than {100 * _SURE:.1f} %"
    if 1 - probability > _SURE:
        return f"less than {100 * (1 - _SURE):.1f} %"
    return f"{100 * probability:.1f} %"


def verdict(one: str, other: str, unit: Unit, probability: float) -> str:
    """Which of two systems is better, and how sure that is: `probability` is that of the one named first."""
    if in_percent(probability) == in_percent(1 / 2):
        return f"{one} and {other} make as many {unit.value[:-1]} errors"
    better, worse = (one, other) if probability >= 1 / 2 else (other, one)
    sure = in_percent(max(probability, 1 - probability))
    return f"{better} makes fewer {unit.value[:-1]} errors than {worse} with a probability of {sure}"


def differences(first: Run, second: Run) -> list[tuple[str, str, str]]:
    """Conditions that were not the same, each with what it was in both, in words; empty where nothing differed."""
    one, other = dict(described(first)), dict(described(second))
    return [
        (what, one.get(what, NONE), other.get(what, NONE))
        for what in dict.fromkeys((*one, *other))
        if one.get(what, NONE) != other.get(what, NONE)
    ]


def _pair(one: SystemScore, other: SystemScore) -> Pair:
    # Errors in words and errors in characters have no common rate: where both have words, these decide.
    unit = next((unit for unit in Unit if common(one, other, unit)), Unit.WORDS)
    shared = common(one, other, unit)
    return Pair(
        one.system,
        other.system,
        len(shared),
        _rate(one.answered_in(unit), shared),
        _rate(other.answered_in(unit), shared),
        probability_better(other, one, unit),
    )


def common(one: SystemScore, other: SystemScore, unit: Unit) -> set[int]:
    """The items that both have answered and that are counted in that unit."""
    return {u.item for u in one.answered_in(unit)} & {u.item for u in other.answered_in(unit)}


def _rate(utterances: Sequence[ScoredUtterance], wanted: set[int]) -> float | None:
    return sum((u.alignment.counts for u in utterances if u.item in wanted), Counts()).rate

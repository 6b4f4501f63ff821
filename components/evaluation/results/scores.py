"""What the raw texts of an accuracy run come to, for each of its systems."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from components.evaluation.results import bootstrap
from components.evaluation.results.normalizers import counts_characters, tokens
from components.evaluation.results.word_errors import Alignment, Counts, Unit, align
from components.evaluation.runs.records import Item, Measurement, Run


@dataclass(frozen=True)
class Rate:
    """A pooled error rate in percent with its 95 % interval; None is what there are too few words or utterances for."""

    counts: Counts
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ScoredUtterance:
    """One answered item: the raw text and its alignment, in characters where the language has no spaces."""

    item: int
    text: str
    alignment: Alignment
    is_characters: bool


@dataclass(frozen=True)
class SystemScore:
    """How one system did.

    `words` is the word error rate over items of languages that separate words, `characters` the character error rate
    over the others; None where there are none. Failed requests count in neither. `audio_seconds` and
    `request_seconds` are sums over what was answered.
    """

    system: int
    words: Rate | None
    characters: Rate | None
    utterances: tuple[ScoredUtterance, ...]
    failures: tuple[Measurement, ...]
    audio_seconds: float
    request_seconds: float

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of requests for a second of audio; None where nothing was answered."""
        return self.request_seconds / self.audio_seconds if self.audio_seconds else None

    def rate_in(self, unit: Unit) -> Rate | None:
        """The error rate in that unit; None where nothing was answered that is counted in it."""
        return self.words if unit is Unit.WORDS else self.characters

    def answered_in(self, unit: Unit) -> list[ScoredUtterance]:
        """The utterances that are counted in that unit."""
        return [u for u in self.utterances if u.is_characters is (unit is Unit.CHARACTERS)]


def score(
    run: Run, items: Sequence[Item], measurements: Iterable[Measurement], normalizer: str | None = None
) -> list[SystemScore]:
    """Scores all systems of a run, by the normalizer that it was made with unless another is given."""
    chosen = normalizer or run.conditions.normalizer
    by_system: list[list[Measurement]] = [[] for _ in run.systems]
    for measurement in measurements:
        if not measurement.warm_up:
            by_system[measurement.system].append(measurement)
    return [_system_score(run, number, items, measured, chosen) for number, measured in enumerate(by_system)]


def scored(run: Run, items: Sequence[Item], item: int, text: str, normalizer: str) -> ScoredUtterance:
    """One answer beside its reference. What was translated is English, whatever was spoken."""
    heard = items[item]
    translated = run.conditions.parameters.get("task") == "translate"
    language = "english" if translated else heard.language
    alignment = align(_said(heard.reference, language, normalizer), tokens(text, language, normalizer))
    return ScoredUtterance(item, text, alignment, counts_characters(language))


# Normalizing takes longer than all else, and what was said is the same for every system.
@lru_cache(maxsize=4096)
def _said(reference: str, language: str, normalizer: str) -> tuple[str, ...]:
    return tuple(tokens(reference, language, normalizer))


def units(scores: Sequence[SystemScore]) -> list[Unit]:
    """What the errors of a run are counted in: both, where its languages differ in that."""
    return [unit for unit in Unit if any(score.rate_in(unit) for score in scores)]


def probability_better(a: SystemScore, b: SystemScore, unit: Unit) -> float | None:
    """The probability that a makes fewer errors than b, over what both answered.

    None where that is less than two utterances: of one alone every draw is the same.
    """
    of_b = {other.item: other.alignment.counts for other in b.answered_in(unit)}
    pairs = [(one.alignment.counts, of_b[one.item]) for one in a.answered_in(unit) if one.item in of_b]
    if len(pairs) < bootstrap.FEWEST:
        return None
    return bootstrap.probability_better(
        [one.errors for one, _ in pairs],
        [other.errors for _, other in pairs],
        [one.reference for one, _ in pairs],
    )


def _system_score(
    run: Run, number: int, items: Sequence[Item], measured: Sequence[Measurement], normalizer: str
) -> SystemScore:
    answered = [(m, m.text) for m in measured if m.text is not None]
    utterances = [scored(run, items, m.item, text, normalizer) for m, text in answered]
    return SystemScore(
        number,
        _rate([u.alignment.counts for u in utterances if not u.is_characters]),
        _rate([u.alignment.counts for u in utterances if u.is_characters]),
        tuple(utterances),
        tuple(m for m in measured if m.text is None),
        sum(items[m.item].seconds or 0.0 for m, _ in answered),
        sum(m.seconds for m, _ in answered),
    )


def _rate(counts: Sequence[Counts]) -> Rate | None:
    if not counts:
        return None
    total = sum(counts, Counts())
    low, high = bootstrap.interval([c.errors for c in counts], [c.reference for c in counts]) or (None, None)
    return Rate(total, total.rate, low, high)

"""The outcome of a run as plain text, for a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from components.evaluation.results.latency_figures import Spread, Stage
from components.evaluation.results.run_comparison import verdict
from components.evaluation.results.scores import Rate, SystemScore, probability_better, units
from components.evaluation.results.word_errors import Unit
from components.evaluation.results.wording import NONE, in_short
from components.evaluation.runs.records import Run

_EMPTY = "-"
_TIMES = ("mean", "p50", "p90", "p95", "p99", "min", "max")
_LATENCY = ("endpoint", "concurrency", *_TIMES, "req/s", "RTF", "USD/h of audio", "requests", "errors")


def accuracy_table(run: Run, names: Sequence[str], scores: Sequence[SystemScore]) -> str:
    """Error rates with their intervals and counts, who is probably better, what failed, and the conditions.

    `names` are those by which the options call the run's systems.
    """
    tables = [_rates(unit, names, scores) for unit in units(scores) or [Unit.WORDS]]
    return _joined(tables, _probabilities(names, scores), _failures(names, scores), _conditions(run))


def latency_table(run: Run, names: Sequence[str], stages: Sequence[Stage]) -> str:
    """Times in seconds, throughput and errors of each system at each concurrency, and the conditions.

    `stages` are those of one clip.
    """
    rows = [
        (
            *(names[stage.system], str(stage.concurrency)),
            *_times(stage.spread),
            _number(stage.throughput),
            _number(stage.real_time_factor, 3),
            _number(stage.cost_of_an_hour, 4),
            *(str(stage.requests), str(stage.error_count)),
        )
        for stage in stages
    ]
    return _joined([aligned(_LATENCY, rows)], _messages(names, stages), _conditions(run))


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns are as wide as their longest cell: the first one left, numbers right."""
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]).rstrip()
        for first, *others in lines
    )


def _rates(unit: Unit, names: Sequence[str], scores: Sequence[SystemScore]) -> str:
    header = ("endpoint", f"{unit.rate} %", "95 % interval", "substituted", "deleted", "inserted", unit.value)
    rows = [
        (
            *(name, *_rate(score.rate_in(unit)), str(len(score.answered_in(unit)))),
            *(str(len(score.failures)), _number(score.real_time_factor, 3)),
        )
        for name, score in zip(names, scores, strict=True)
    ]
    return aligned((*header, "utterances", "failures", "RTF"), rows)


def _rate(rate: Rate | None) -> tuple[str, ...]:
    if rate is None:
        return (_EMPTY, _EMPTY, "0", "0", "0", "0")
    known = rate.low is not None and rate.high is not None
    counts = rate.counts
    return (
        _number(rate.value),
        f"{rate.low:.2f} to {rate.high:.2f}" if known else _EMPTY,
        *map(str, (counts.substitutions, counts.deletions, counts.insertions, counts.reference)),
    )


def _times(spread: Spread | None) -> tuple[str, ...]:
    return tuple(_number(getattr(spread, name), 3) if spread else _EMPTY for name in _TIMES)


def _probabilities(names: Sequence[str], scores: Sequence[SystemScore]) -> Iterator[str]:
    for unit in units(scores):
        for one, other in combinations(scores, 2):
            probability = probability_better(one, other, unit)
            if probability is not None:
                yield f"{verdict(names[one.system], names[other.system], unit, probability)}."


def _failures(names: Sequence[str], scores: Sequence[SystemScore]) -> Iterator[str]:
    for score in scores:
        last = {failure.error: failure.message for failure in score.failures}
        for kind, count in Counter(failure.error for failure in score.failures).items():
            yield f"{names[score.system]}: {count} x {last[kind]}"


def _messages(names: Sequence[str], stages: Sequence[Stage]) -> Iterator[str]:
    for stage in stages:
        for kind, count in stage.errors.items():
            yield f"{names[stage.system]}, {stage.concurrency} at once: {count} x {stage.messages.get(kind, kind)}"


def _conditions(run: Run) -> Iterator[str]:
    labels = [(label, text) for label, text in in_short(run) if text != NONE]
    width = max(len(label) for label, _ in labels)
    return (f"{label:{width}}  {text}" for label, text in labels)


def _joined(tables: Sequence[str], *notes: Iterator[str]) -> str:
    return "\n\n".join(filter(None, [*tables, *map("\n".join, notes)]))


def _number(value: float | None, digits: int = 2) -> str:
    return _EMPTY if value is None else f"{value:.{digits}f}"

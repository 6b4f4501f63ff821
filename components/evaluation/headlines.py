"""The figures that stand for a run in a list: one for each system."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.evaluation.results.figure_cache import Figures
from components.evaluation.runs.records import Kind, Run
from components.evaluation.results.word_errors import Unit

MEAN = "mean"


@dataclass(frozen=True)
class Headline:
    """One figure for each system of a run.

    `what` is "WER" or "CER", with `values` in percent, or "mean", with seconds at so many requests at once; None where
    nothing was answered.
    """

    what: str
    values: Sequence[float | None]
    at_once: int = 1


def headlines(run: Run, figures: Figures) -> list[Headline]:
    """Of an accuracy run its error rates, of a latency run its mean latency at the fewest requests at once.

    An accuracy run has two headlines where errors are counted in words for some of its languages, and in characters for
    others.
    """
    accuracies, latencies = figures
    if run.kind is Kind.LATENCY:
        means = {latency.system: latency.seconds for latency in latencies}
        return [Headline(MEAN, list(map(means.get, run.systems)), min(run.conditions.concurrency))]
    rates = {
        unit.rate: {one.system: one.rate for one in accuracies if one.unit == unit.rate} for unit in Unit
    }
    found = [
        Headline(what, list(map(of_unit.get, run.systems))) for what, of_unit in rates.items() if of_unit
    ]
    return found or [Headline(Unit.WORDS.rate, [None] * len(run.systems))]

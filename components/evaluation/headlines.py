"""The figures that stand for a run in a list, worked out once and then kept with the run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from components.evaluation.kept import kept
from components.evaluation.latency_figures import stages
from components.evaluation.records import Item, Kind, Measurement, Run
from components.evaluation.run_store import RunStore
from components.evaluation.scores import scored
from components.evaluation.word_errors import Counts, Unit


@dataclass(frozen=True)
class Headline:
    """One figure for each system.

    `what` is "WER" or "CER", with `values` in percent, or "mean", with seconds; None where nothing was answered.
    """

    what: str
    values: Sequence[float | None]


def headlines(store: RunStore, run: Run) -> list[Headline]:
    """The figures of a run by its own normalizer; a latency run's are of its first clip and fewest requests at once.

    An accuracy run has two of them where errors are counted in words for some of its languages, and in characters for
    others.

    Raises:
        StoreError: the run can't be read.
    """
    noted = kept(store, run, "headlines", lambda: [asdict(one) for one in _worked_out(store, run)])
    return [Headline(**one) for one in noted]


def _worked_out(store: RunStore, run: Run) -> list[Headline]:
    figures = _accuracy if run.kind is Kind.ACCURACY else _latency
    return figures(run, store.items(run.id), store.measurements(run.id))


def _accuracy(run: Run, items: Sequence[Item], measurements: Sequence[Measurement]) -> list[Headline]:
    counts = {unit: [Counts() for _ in run.systems] for unit in Unit}
    for measured in measurements:
        if measured.text is not None and not measured.warm_up:
            answer = scored(run, items, measured.item, measured.text, run.conditions.normalizer)
            unit = Unit.CHARACTERS if answer.is_characters else Unit.WORDS
            counts[unit][measured.system] += answer.alignment.counts
    found = [
        Headline(unit.rate, [count.rate for count in of_unit])
        for unit, of_unit in counts.items()
        if any(count.reference for count in of_unit)
    ]
    return found or [Headline(Unit.WORDS.rate, [None] * len(run.systems))]


def _latency(run: Run, items: Sequence[Item], measurements: Sequence[Measurement]) -> list[Headline]:
    means: Mapping[int, float] = {
        stage.system: stage.spread.mean
        for stage in reversed(stages(run, items, measurements))
        if stage.spread
    }
    return [Headline("mean", [means.get(number) for number in range(len(run.systems))])]

"""The figures that speak for a run, calculated once and then cached beside it: of a large run that takes seconds."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import TypeAdapter

from components.core.versions import scoring
from components.evaluation.results.run_figures import Accuracy, Latency, accuracies, latencies
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Run, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore

_VERSION = 2
"""To be raised whenever the same texts and times come to other figures: what was cached before then is ignored."""
_ENDED = frozenset({RunStatus.DONE, RunStatus.CANCELLED, RunStatus.FAILED})

Figures = tuple[list[Accuracy], list[Latency]]
_FIGURES = TypeAdapter(Figures)
_WITHOUT_RUN = {kind: {"__all__": {"run"}} for kind in (0, 1)}
"""The figures lie beside the run, which may be renamed."""


def figures(store: RunStore, run: Run) -> Figures:
    """What a run says of its systems' accuracy and latency.

    They are cached once nothing is added to the run any more, and are valid as long as the scorers stay the same.

    Raises:
        StoreError: the run can't be read.
    """
    key = f"figures {_VERSION}, {scoring()}"
    if cached := store.cached_figures(run.id, key):
        return _FIGURES.validate_python([[one | {"run": run} for one in kind] for kind in json.loads(cached)])
    items, measurements = store.items(run.id), store.measurements(run.id)
    found = accuracies(run, items, measurements), latencies(run, items, measurements)
    if run.status in _ENDED:
        # Where it can't be cached it is calculated again the next time.
        with suppress(StoreError):
            store.cache_figures(run.id, key, _FIGURES.dump_json(found, exclude=_WITHOUT_RUN).decode())
    return found


MEAN = "mean"


@dataclass(frozen=True)
class Headline:
    """One figure for each system of a run.

    `what` is "WER" or "CER", with `values` in percent, or "mean", with seconds at that `concurrency`; None where
    nothing was answered.
    """

    what: str
    values: Sequence[float | None]
    concurrency: int = 1


def headlines(run: Run, figures: Figures) -> list[Headline]:
    """Of an accuracy run its error rates, of a latency run its mean latency at the lowest concurrency.

    An accuracy run has two headlines where errors are counted in words for some of its languages, and in characters for
    others.
    """
    accuracies, latencies = figures
    if run.kind is RunKind.LATENCY:
        means = {latency.system: latency.seconds for latency in latencies}
        return [Headline(MEAN, list(map(means.get, run.systems)), min(run.conditions.concurrency))]
    rates = {
        unit.rate: {one.system: one.rate for one in accuracies if one.unit == unit.rate} for unit in Unit
    }
    found = [
        Headline(what, list(map(of_unit.get, run.systems))) for what, of_unit in rates.items() if of_unit
    ]
    return found or [Headline(Unit.WORDS.rate, [None] * len(run.systems))]

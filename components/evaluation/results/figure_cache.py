"""The figures that speak for a run, worked out once and then kept beside it: of a large run that takes seconds."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from components.core.versions import scoring
from components.evaluation.results.run_figures import Accuracy, Latency, accuracies, latencies
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Run, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore

_MADE = 1
"""To be raised whenever the same texts and times come to other figures: what was kept before then counts no more."""
_OF_THE_RUN = {"run", "created", "dataset", "selection", "digest", "normalizer", "parameters"}
"""What each figure tells of its run, and the run itself tells as well."""
_ENDED = frozenset({RunStatus.DONE, RunStatus.CANCELLED, RunStatus.FAILED})

Figures = tuple[list[Accuracy], list[Latency]]
_Noted = dict[str, list[dict[str, Any]]]


def figures(store: RunStore, run: Run) -> Figures:
    """What a run says of its systems' accuracy and latency.

    They are kept once nothing is added to the run any more, and count only for as long as the scorers stay the same.

    Raises:
        StoreError: the run can't be read.
    """
    key = f"figures {_MADE}, {scoring()}"
    noted: _Noted | None = store.kept(run.id, key)
    if noted is None:
        noted = _worked_out(store, run)
        if run.status in _ENDED:
            # Where it can't be kept it is worked out again the next time.
            with suppress(StoreError):
                store.keep(run.id, key, noted)
    return _read(run, noted)


def _worked_out(store: RunStore, run: Run) -> _Noted:
    items, measurements = store.items(run.id), store.measurements(run.id)
    return {
        "accuracies": _written(run, accuracies(run, items, measurements)),
        "latencies": _written(run, latencies(run, items, measurements)),
    }


def _written(run: Run, found: list[Accuracy] | list[Latency]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in asdict(one).items() if name not in _OF_THE_RUN}
        | {"system": run.systems.index(one.system)}
        for one in found
    ]


def _read(run: Run, noted: _Noted) -> Figures:
    conditions = run.conditions
    shared: dict[str, Any] = {
        "run": run.id,
        "created": run.created,
        "parameters": dict(conditions.parameters),
    }
    heard = {name: getattr(conditions, name) for name in ("dataset", "selection", "digest", "normalizer")}
    return (
        [Accuracy(**shared | heard | one | _system(run, one)) for one in noted["accuracies"]],
        [Latency(**shared | one | _system(run, one)) for one in noted["latencies"]],
    )


def _system(run: Run, noted: Mapping[str, Any]) -> dict[str, Any]:
    return {"system": run.systems[noted["system"]]}


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

"""The figures that speak for a run, worked out once and then kept with it: of a large run that takes seconds."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from components.evaluation.kept import kept
from components.evaluation.records import Run
from components.evaluation.run_figures import Accuracy, Latency, accuracies, latencies
from components.evaluation.run_store import RunStore

_OF_THE_RUN = {"run", "created", "dataset", "selection", "digest", "normalizer", "parameters"}
"""What each figure tells of its run, and the run itself tells as well."""

Figures = tuple[list[Accuracy], list[Latency]]
_Noted = dict[str, list[dict[str, Any]]]


def figures(store: RunStore, run: Run) -> Figures:
    """What a finished run says of its systems' accuracy and latency.

    Raises:
        StoreError: the run can't be read.
    """
    return _read(run, kept(store, run, "figures", lambda: _worked_out(store, run)))


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

"""The figures that speak for a run, calculated once and then cached beside it: of a large run that takes seconds."""

import json
from contextlib import suppress

from pydantic import TypeAdapter

from components.core.versions import scoring
from components.evaluation.results.run_figures import Accuracy, Latency, accuracies, latencies
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Run, RunStatus
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

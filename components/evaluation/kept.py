"""What is worked out of a run once and then kept with it: of a large run that takes seconds."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from components.evaluation.database import StoreError
from components.evaluation.records import Run, Status
from components.evaluation.run_store import RunStore
from components.evaluation.versions import scoring

Value = TypeVar("Value")

_ENDED = frozenset({Status.DONE, Status.CANCELLED, Status.FAILED})


def kept(store: RunStore, run: Run, name: str, work_out: Callable[[], Value]) -> Value:
    """What the run's extras hold under that name, or else what `work_out` gives, a JSON value.

    It is kept once nothing is added to the run any more, and only for as long as the scorers' versions stay.
    """
    key = f"{name}, {scoring()}"
    if key in run.extras:
        noted: Value = run.extras[key]  # type: ignore[assignment]
        return noted
    value = work_out()
    if run.status in _ENDED:
        # Where it can't be kept it is worked out again the next time.
        with suppress(StoreError):
            store.note(run.id, key, value)
    return value

"""Deleting a run, where that may be done."""

from components.deployment.read_only import forbid_read_only
from components.evaluation.database import StoreError
from components.evaluation.run_store import RunStore


def delete_run(store: RunStore, run_id: str) -> None:
    """Deletes a run with all that was measured in it.

    Raises:
        ReadOnlyError: this portal deletes nothing.
        RunNotFoundError: there is no such run.
        StoreError: it is still being measured, or the runs can't be written.
    """
    forbid_read_only()
    run = store.run(run_id)
    if run.is_running:
        raise StoreError(f"{run.name} is still being measured.", "Cancel it, then delete it.")
    store.delete(run_id)

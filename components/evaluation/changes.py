"""Renaming and deleting runs, where that may be done."""

from components.deployment.read_only import forbid_read_only
from components.evaluation.runs.database import StoreError
from components.evaluation.jobs import Jobs
from components.evaluation.runs.run_store import RunStore


def rename_run(store: RunStore, run_id: str, name: str) -> None:
    """Gives a run another name.

    Raises:
        ReadOnlyError: this portal changes nothing.
        RunNotFoundError: there is no such run.
        StoreError: the runs can't be written.
    """
    forbid_read_only()
    store.rename(run_id, name)


def delete_run(store: RunStore, jobs: Jobs, run_id: str) -> None:
    """Deletes a run with all that was measured in it.

    Raises:
        ReadOnlyError: this portal deletes nothing.
        RunNotFoundError: there is no such run.
        StoreError: it is still being measured, or the runs can't be written.
    """
    forbid_read_only()
    run, job = store.run(run_id), jobs.find(run_id)
    # A computer that has slept takes its own run for interrupted until that writes again.
    if run.is_running or (job and job.is_running):
        raise StoreError(f"{run.name} is still being measured.", "Cancel it, then delete it.")
    store.delete(run_id)

"""Runs being measured: work in the portal's registry."""

import logging
from collections.abc import Callable, Iterable
from threading import Event
from typing import ClassVar

from components.core.background_work import CancellableWork, Retention
from components.core.errors import PortalError
from components.core.work_registry import WorkRegistry
from components.deployment.read_only import forbid_read_only
from components.evaluation.measuring import RunPlan
from components.evaluation.run_progress import RunProgress
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Batch, Run, RunStatus, System
from components.evaluation.runs.run_store import RunStore
from components.evaluation.runs.write_buffer import OnTrouble, WriteBuffer

logger = logging.getLogger(__name__)


def carry_out(  # noqa: PLR0913 - a run with whoever wants to hear of it
    plan: RunPlan,
    run: Run,
    store: RunStore,
    cancelled: Event,
    on_batch: Callable[[Batch], None],
    *,
    on_trouble: OnTrouble = lambda _: None,
) -> Run:
    """Measures a run that has begun, writes what was measured as it comes, and returns the run as it ended.

    Every failure ends up in the run's status and problem. Where nothing can be written it goes on, tells `on_trouble`
    why, and writes when it can.

    Raises:
        StoreError: the run was deleted, or still can't be written at its end.
    """
    status, problem, buffer = RunStatus.DONE, None, WriteBuffer(store, run.id, on_trouble)
    try:
        for batch in plan.measure(cancelled):
            buffer.add(batch, {m.item: plan.seconds[m.item] for m in batch if m.item in plan.seconds})
            on_batch(batch)
    except PortalError as error:
        status, problem = RunStatus.FAILED, str(error)
    except Exception as error:
        logger.exception("measuring run %s failed", run.id)
        status, problem = RunStatus.FAILED, f"{type(error).__name__}: the portal's log says more."
    else:
        if cancelled.is_set():
            status = RunStatus.CANCELLED
        problem = " ".join(plan.problems) or None
    buffer.write()
    store.end(run.id, status, problem)
    return store.run(run.id)


class RunJob(CancellableWork):
    """One run being measured.

    `trouble` says why nothing can be written for now, `error` why something could not be written in the end.
    """

    retention: ClassVar[Retention] = Retention(3)
    """Each may hold a data set in memory."""

    def __init__(self, plan: RunPlan, store: RunStore) -> None:
        self.run = plan.begin(store)
        self.progress = RunProgress(self.run, store.items(self.run.id))
        self.trouble: StoreError | None = None
        self._plan = plan
        self._store = store
        super().__init__(f"measuring run {self.run.id}", self.run.id)

    def _carry_out(self) -> None:
        def note(batch: Batch) -> None:
            self.progress.note(batch, self._plan.skipped)

        def note_trouble(trouble: StoreError | None) -> None:
            self.trouble = trouble

        self.run = carry_out(
            self._plan, self.run, self._store, self._cancelled, note, on_trouble=note_trouble
        )


class BusyError(PortalError):
    """Another run measures the same endpoint or on the same computer, and the two would disturb one another."""

    def __init__(self, run: Run) -> None:
        super().__init__(
            f"The run {run.name} uses the same endpoint or computer: two at once would disturb one another.",
            "Wait until it has ended, or cancel it where it was started.",
        )


def start_run(registry: WorkRegistry, store: RunStore, plan: RunPlan, systems: tuple[System, ...]) -> RunJob:
    """Begins to measure.

    Raises:
        BusyError: another run measures one of these systems, or the computer that one of them shares.
        StoreError: the run can't be written.
    """

    def refuse_if_busy() -> None:
        if error := busy(registry, store, systems):
            raise error

    return registry.start(lambda: RunJob(plan, store), unless=refuse_if_busy)


def busy(registry: WorkRegistry, store: RunStore, systems: tuple[System, ...]) -> BusyError | None:
    """Why none of these systems can be measured now, be it by this portal, another one, or the command; else None.

    Raises:
        StoreError: the runs can't be read.
    """
    over = {job.run.id for job in registry.all(RunJob) if not job.is_running}
    running = (run for run in store.runs() if run.is_running and run.id not in over)
    return next((BusyError(run) for run in running if shares(run.systems, systems)), None)


def shares(some: Iterable[System], others: Iterable[System]) -> bool:
    """Whether measuring some of these systems disturbs measuring the others."""
    return not set(map(_shared_by, some)).isdisjoint(map(_shared_by, others))


def _shared_by(system: System) -> tuple[str, ...]:
    """What two measurements would share: one endpoint's instances on AWS, the processor on this computer."""
    return (system.region, system.endpoint) if system.instance_type else (system.region,)


def rename_run(store: RunStore, run_id: str, name: str) -> None:
    """Gives a run another name.

    Raises:
        ReadOnlyError: this portal changes nothing.
        RunNotFoundError: there is no such run.
        StoreError: the runs can't be written.
    """
    forbid_read_only()
    store.rename(run_id, name)


def delete_run(store: RunStore, registry: WorkRegistry, run_id: str) -> None:
    """Deletes a run with all that was measured in it.

    Raises:
        ReadOnlyError: this portal deletes nothing.
        RunNotFoundError: there is no such run.
        StoreError: it is still being measured, or the runs can't be written.
    """
    forbid_read_only()
    run = store.run(run_id)
    # A computer that has slept takes its own run for interrupted until that writes again.
    if run.is_running or registry.find_running(RunJob, run_id):
        raise StoreError(f"{run.name} is still being measured.", "Cancel it, then delete it.")
    store.delete(run_id)

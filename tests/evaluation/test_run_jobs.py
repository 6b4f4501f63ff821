from collections.abc import Callable, Iterator
from threading import Event

import pytest

from components.core.work_registry import WorkRegistry
from components.evaluation.measuring import RunPlan
from components.evaluation.run_jobs import BusyError, RunJob, busy, start_run
from components.evaluation.runs.records import Batch, Conditions, Item, Run, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import BASE, TINY, heard

AWS = System("small", "AWS eu-west-1", "eu-west-1", "whisper-small", "ml.g5.2xlarge", 1)
OTHER_AWS = System("large", "AWS eu-west-1", "eu-west-1", "whisper-large", "ml.g5.2xlarge", 1)


class Held(RunPlan):
    """A plan that measures one request at once, and the other when it may go on, or is cancelled."""

    def __init__(self, *systems: System) -> None:
        self.systems = systems
        self.go_on = Event()
        self.seconds = {0: 4.0}
        self.problems = []
        self.skipped = 0

    def begin(self, store: RunStore) -> Run:
        items = [Item("a", "the red car"), Item("b", "a house")]
        return store.begin(RunKind.ACCURACY, "held", self.systems, items, Conditions(), 2)

    def measure(self, cancelled: Event) -> Iterator[Batch]:
        yield [heard(0, 0, "the red cat", 2.0)]
        while not (cancelled.is_set() or self.go_on.wait(0.01)):
            yield []
        if not cancelled.is_set():
            yield [heard(0, 1, "a house", 1.0)]


Start = Callable[[Held], RunJob]


@pytest.fixture
def held() -> Iterator[Callable[..., Held]]:
    plans: list[Held] = []

    def make(*systems: System) -> Held:
        plans.append(Held(*systems))
        return plans[-1]

    yield make
    for plan in plans:
        plan.go_on.set()


@pytest.fixture
def registry() -> WorkRegistry:
    return WorkRegistry()


@pytest.fixture
def start(registry: WorkRegistry, store: RunStore) -> Start:
    return lambda plan: start_run(registry, store, plan, plan.systems)


def wait_for_one(store: RunStore, run_id: str) -> None:
    while store.count(run_id) == 0:
        pass


def test_a_job_measures_in_the_background_and_ends(
    start: Start, registry: WorkRegistry, store: RunStore, held: Callable[..., Held]
) -> None:
    plan = held(BASE)
    job = start(plan)
    wait_for_one(store, job.run.id)
    assert (job.is_running, registry.running(RunJob)) == (True, [job])
    assert store.items(job.run.id)[0].seconds == 4.0
    plan.go_on.set()
    job.wait()
    assert (job.run.status, registry.running(RunJob), registry.find(RunJob, job.run.id)) == (
        RunStatus.DONE,
        [],
        job,
    )
    assert store.count(job.run.id) == 2


def test_progress_shows_the_running_figures(start: Start, store: RunStore, held: Callable[..., Held]) -> None:
    plan = held(BASE)
    job = start(plan)
    plan.go_on.set()
    job.wait()
    (standing,) = job.progress.standings
    assert (job.progress.done, job.progress.share, standing.answered, standing.failed) == (2, 1.0, 2, 0)
    assert (standing.words.errors, standing.words.reference, standing.seconds) == (1, 5, 3.0)


def test_a_cancelled_job_keeps_what_it_had(start: Start, store: RunStore, held: Callable[..., Held]) -> None:
    plan = held(BASE)
    job = start(plan)
    wait_for_one(store, job.run.id)
    job.cancel()
    job.wait()
    assert job.run.status is RunStatus.CANCELLED
    assert [m.text for m in store.measurements(job.run.id)] == ["the red cat"]


def test_two_runs_may_not_share_this_computer(start: Start, held: Callable[..., Held]) -> None:
    first, second = held(BASE), held(TINY)
    start(first)
    with pytest.raises(BusyError, match="The run held uses the same endpoint or computer"):
        start(second)
    first.go_on.set()


def test_a_run_of_another_program_is_in_the_way_too_until_it_has_ended(
    start: Start, registry: WorkRegistry, store: RunStore, held: Callable[..., Held]
) -> None:
    elsewhere = held(BASE).begin(store)
    plan = held(TINY)
    with pytest.raises(BusyError, match="cancel it where it was started"):
        start(plan)
    assert busy(registry, store, (AWS,)) is None
    store.end(elsewhere.id, RunStatus.DONE)
    assert busy(registry, store, plan.systems) is None


def test_two_endpoints_on_aws_may_be_measured_at_once(
    start: Start, registry: WorkRegistry, held: Callable[..., Held]
) -> None:
    first, second, third = held(AWS), held(OTHER_AWS), held(AWS)
    start(first)
    start(second)
    with pytest.raises(BusyError):
        start(third)
    assert len(registry.running(RunJob)) == 2


def test_a_run_that_can_no_longer_be_written_says_so(
    start: Start, store: RunStore, held: Callable[..., Held]
) -> None:
    plan = held(BASE)
    job = start(plan)
    wait_for_one(store, job.run.id)
    store.delete(job.run.id)
    plan.go_on.set()
    job.wait()
    assert job.error is not None
    assert job.error.what == f"There is no run {job.run.id}."

from datetime import timedelta
from types import SimpleNamespace

import pytest

from components.evaluation import run_progress
from components.evaluation.run_progress import RunProgress
from components.evaluation.runs.records import Measurement
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import Begin, heard


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(run_progress, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_the_time_left_is_that_of_the_rest_at_the_same_pace(
    store: RunStore, begin: Begin, clock: SimpleNamespace
) -> None:
    run = begin(["a", "b"])
    found = RunProgress(run, store.items(run.id))
    assert (found.share, found.left()) == (0.0, None)
    clock.now = 112.0
    found.note([heard(0, 0, "a")])
    # The first answer took twelve seconds, but that may be the endpoint's waking up.
    assert (found.share, found.elapsed(), found.left()) == (0.25, timedelta(seconds=12), None)
    clock.now = 114.0
    found.note([heard(1, 0, "a")])
    assert (found.share, found.left()) == (0.5, timedelta(seconds=4))
    found.note([heard(0, 1, "b"), heard(1, 1, "b")])
    assert (found.done, found.left()) == (4, timedelta(0))


def test_what_failed_is_counted_by_itself(store: RunStore, begin: Begin) -> None:
    run = begin(["a b"])
    found = RunProgress(run, store.items(run.id))
    found.note([Measurement(0, 0, 0.0, 1.0, error="ModelFailedError"), heard(1, 0, "a c", 3.0)])
    failed, answered = found.standings
    assert (failed.failed, failed.answered, failed.words.rate) == (1, 0, None)
    assert (answered.failed, answered.answered, answered.seconds, answered.words.rate) == (0, 1, 3.0, 50.0)


def test_what_will_not_be_sent_is_over(store: RunStore, begin: Begin, clock: SimpleNamespace) -> None:
    run = begin(["a", "b"])
    found = RunProgress(run, store.items(run.id))
    found.note([heard(0, 0, "a")])
    clock.now = 110.0
    found.note([heard(0, 1, "b")], skipped=1)
    assert (found.done, found.share, found.left()) == (2, 0.75, timedelta(seconds=5))

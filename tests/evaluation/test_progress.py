from datetime import timedelta
from types import SimpleNamespace

import pytest

from components.evaluation import progress
from components.evaluation.progress import Progress
from components.evaluation.run_store import RunStore
from tests.evaluation.conftest import Begin, heard


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_the_time_left_is_that_of_the_rest_at_the_same_pace(
    store: RunStore, begin: Begin, clock: SimpleNamespace
) -> None:
    run = begin(["a", "b"])
    found = Progress(run, store.items(run.id))
    assert (found.share, found.left()) == (0.0, None)
    clock.now = 112.0
    found.note([heard(0, 0, "a")])
    assert (found.share, found.elapsed(), found.left()) == (
        0.25,
        timedelta(seconds=12),
        timedelta(seconds=36),
    )
    found.note([heard(1, 0, "a"), heard(0, 1, "b"), heard(1, 1, "b")])
    assert (found.done, found.left()) == (4, timedelta(0))

import pytest

from components.errors import ReadOnlyError
from components.evaluation.database import StoreError
from components.evaluation.records import Status
from components.evaluation.removal import delete_run
from components.evaluation.run_store import RunNotFoundError, RunStore
from tests.evaluation.conftest import Begin


def test_a_run_that_has_ended_can_be_deleted(store: RunStore, begin: Begin) -> None:
    run, other = begin(), begin()
    store.end(run.id, Status.DONE)
    delete_run(store, run.id)
    assert [left.id for left in store.runs()] == [other.id]
    with pytest.raises(RunNotFoundError):
        delete_run(store, run.id)


def test_a_run_under_way_is_not_deleted(store: RunStore, begin: Begin) -> None:
    run = begin()
    with pytest.raises(StoreError, match=r"still being measured\. Cancel it"):
        delete_run(store, run.id)
    assert store.run(run.id) == run


def test_a_read_only_portal_deletes_none(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin()
    store.end(run.id, Status.DONE)
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    with pytest.raises(ReadOnlyError):
        delete_run(store, run.id)
    assert len(store.runs()) == 1

import sqlite3
from types import SimpleNamespace

import pytest

from components.core.errors import ReadOnlyError
from components.core.work_registry import WorkRegistry
from components.evaluation.run_jobs import delete_run, rename_run
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import RunStatus
from components.evaluation.runs.run_store import RunNotFoundError, RunStore
from tests.evaluation.conftest import Begin


def test_a_run_that_has_ended_can_be_deleted(store: RunStore, begin: Begin) -> None:
    run, other = begin(), begin()
    store.end(run.id, RunStatus.DONE)
    delete_run(store, WorkRegistry(), run.id)
    assert [left.id for left in store.runs()] == [other.id]
    with pytest.raises(RunNotFoundError):
        delete_run(store, WorkRegistry(), run.id)


def test_a_run_under_way_is_not_deleted(store: RunStore, begin: Begin) -> None:
    run = begin()
    with pytest.raises(StoreError, match=r"still being measured\. Cancel it"):
        delete_run(store, WorkRegistry(), run.id)
    assert store.run(run.id) == run


def test_a_run_that_this_portal_measures_is_not_deleted_though_it_seems_interrupted(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, registry = begin(), WorkRegistry()
    with sqlite3.connect(store.path) as database:
        database.execute("UPDATE runs SET seen = '2026-01-01T00:00:00+00:00'")
    assert store.run(run.id).status is RunStatus.INTERRUPTED
    monkeypatch.setattr(registry, "find_running", lambda *_: SimpleNamespace(is_running=True))
    with pytest.raises(StoreError, match="still being measured"):
        delete_run(store, registry, run.id)
    assert len(store.runs()) == 1


def test_a_run_gets_another_name(store: RunStore, begin: Begin) -> None:
    run = begin()
    rename_run(store, run.id, "mine")
    assert store.run(run.id).name == "mine"


def test_a_read_only_portal_deletes_and_renames_none(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin()
    store.end(run.id, RunStatus.DONE)
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    with pytest.raises(ReadOnlyError):
        delete_run(store, WorkRegistry(), run.id)
    with pytest.raises(ReadOnlyError):
        rename_run(store, run.id, "mine")
    assert [left.name for left in store.runs()] == [run.name]

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Item, Measurement, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunNotFoundError, RunStore
from tests.evaluation.conftest import BASE, TINY, Begin, heard
from tests.paths import ROOT


def test_what_was_begun_is_read_back_whole(store: RunStore, begin: Begin) -> None:
    system = System(
        "e", "AWS eu-west-1", "eu-west-1", "whisper-small", "ml.g5.2xlarge", 2, "v", 1.515, "a list"
    )
    run = begin(
        ["one", "zwei"],
        [system],
        parameters={"language": "german", "task": "transcribe", "num_beams": 5},
        notes=("b.wav is missing",),
        concurrency=(1, 2),
        versions={"python": "3.11"},
    )
    again = RunStore(store.path.parent).run(run.id)
    assert again == run
    assert again.systems == (system,)
    assert again.status is RunStatus.RUNNING
    assert store.items(run.id) == [Item("u0", "one", "english", 2.0), Item("u1", "zwei", "english", 2.0)]


def test_measurements_come_back_raw_and_in_order(store: RunStore, begin: Begin) -> None:
    run = begin(["a", "b"])
    first = Measurement(0, 1, 12.5, 0.25, (" Très bien, merci.", " très bien"), retries=1, request_id="r-1")
    second = Measurement(
        1, 0, 13.0, 2.0, error="ThrottledError", message="Too many.", concurrency=4, warm_up=True
    )
    store.add(run.id, [first])
    store.add(run.id, [second])
    assert store.measurements(run.id) == [first, second]
    assert store.count(run.id) == 2


def test_lengths_that_become_known_are_kept(store: RunStore, begin: Begin) -> None:
    run = begin(["a", "b"])
    store.add(run.id, [], {1: 7.25})
    assert [item.seconds for item in store.items(run.id)] == [2.0, 7.25]


def test_how_a_run_ended_is_kept(store: RunStore, begin: Begin) -> None:
    run = begin()
    store.end(run.id, RunStatus.CANCELLED, "Enough.")
    ended = store.run(run.id)
    assert (ended.status, ended.problem) == (RunStatus.CANCELLED, "Enough.")
    assert ended.ended is not None
    assert ended.ended >= ended.created


def test_runs_come_newest_first_and_can_be_renamed_and_deleted(store: RunStore, begin: Begin) -> None:
    old, new = begin(), begin(kind=RunKind.LATENCY)
    store.add(old.id, [heard(0, 0, "a")])
    assert [run.id for run in store.runs()] == [new.id, old.id]
    store.rename(old.id, "nightly")
    assert store.run(old.id).name == "nightly"
    store.delete(old.id)
    store.delete(old.id)
    assert [run.id for run in store.runs()] == [new.id]
    assert (store.items(old.id), store.measurements(old.id)) == ([], [])


def test_a_run_that_is_not_there_is_named(store: RunStore) -> None:
    with pytest.raises(RunNotFoundError, match="no run abc"):
        store.run("abc")
    with pytest.raises(RunNotFoundError, match="no run abc"):
        store.rename("abc", "name")
    with pytest.raises(RunNotFoundError, match="no run abc"):
        store.note("abc", "key", 1)


def test_notes_are_added_to_one_another(store: RunStore, begin: Begin) -> None:
    run = begin()
    store.note(run.id, "first", {"mean": 0.25})
    store.note(run.id, "second", [1, 2])
    assert store.run(run.id).extras == {"first": {"mean": 0.25}, "second": [1, 2]}


def test_many_may_note_at_the_same_time(store: RunStore, begin: Begin) -> None:
    run = begin()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: store.note(run.id, str(number), number), range(64)))
    assert store.run(run.id).extras == {str(number): number for number in range(64)}


def test_cached_figures_go_with_their_run(store: RunStore, begin: Begin) -> None:
    run = begin()
    assert store.cached_figures(run.id, "key") is None
    store.cache_figures(run.id, "key", "[1.5]")
    store.cache_figures(run.id, "key", "[2.5]")
    assert store.cached_figures(run.id, "key") == "[2.5]"
    assert not store.run(run.id).extras
    store.delete(run.id)
    assert store.cached_figures(run.id, "key") is None


def test_a_run_whose_process_went_silent_reads_as_interrupted(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent, alive = begin(), begin()
    store.add(silent.id, [heard(0, 0, "a")])
    with sqlite3.connect(store.path) as database:
        database.execute("UPDATE runs SET seen = '2026-01-01T00:00:00+00:00' WHERE id = ?", (silent.id,))
    assert store.run(silent.id).status is RunStatus.INTERRUPTED
    assert "ended before it did" in str(store.run(silent.id).problem)
    assert store.measurements(silent.id) == [heard(0, 0, "a")]
    assert store.run(alive.id).status is RunStatus.RUNNING
    store.add(silent.id, [])
    assert store.run(silent.id).status is RunStatus.RUNNING


def test_a_process_that_is_killed_in_mid_run_leaves_what_it_had_measured(store: RunStore) -> None:
    script = """
import os, sys
from pathlib import Path
from components.evaluation.runs.records import RunKind
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import BASE, heard
from components.evaluation.runs.records import Conditions, Item
store = RunStore(Path(sys.argv[1]))
run = store.begin(RunKind.ACCURACY, "killed", [BASE], [Item("a"), Item("b")], Conditions(), 2)
store.add(run.id, [heard(0, 0, "kept")])
os.kill(os.getpid(), 9)
"""
    command = [sys.executable, "-c", script, str(store.path.parent)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    (run,) = store.runs()
    assert [measurement.text for measurement in store.measurements(run.id)] == ["kept"]


def test_many_threads_and_stores_write_at_once(store: RunStore, begin: Begin) -> None:
    run, other = begin(["a"] * 50), RunStore(store.path.parent)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: (store, other)[n % 2].add(run.id, [heard(0, n, str(n))]), range(50)))
    assert sorted(m.item for m in store.measurements(run.id)) == list(range(50))


def test_two_that_make_the_file_at_once_both_get_one(tmp_path: Path) -> None:
    stores = [RunStore(tmp_path / "new") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda store: store.runs(), stores)) == [[]] * 8


def test_what_was_said_is_for_its_owner_only(store: RunStore, begin: Begin) -> None:
    begin()
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_file_that_is_there_keeps_its_mode(store: RunStore, begin: Begin) -> None:
    store.path.parent.mkdir()
    store.path.touch()
    store.path.chmod(0o640)
    begin()
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o640


def test_a_look_changes_nothing_and_fails_where_a_write_would(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin()
    store.check()
    assert store.runs() == [run]

    # No mode of a file keeps root from writing it.
    def read_only(path: Path, timeout: float) -> sqlite3.Connection:
        return connect(f"{path.as_uri()}?mode=ro", timeout=timeout, uri=True)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", read_only)
    assert store.runs() == [run]
    with pytest.raises(StoreError, match="readonly"):
        store.check()


def test_a_folder_that_is_none_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="PORTAL_DATA_DIR") as caught:
        RunStore(tmp_path / "file").runs()
    assert str(tmp_path) in caught.value.what


def test_a_damaged_file_is_a_clear_error(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.path.write_text("This is no database, but it is long enough to be looked at as one." * 20)
    with pytest.raises(StoreError, match="are damaged: file is not a database"):
        store.runs()


def test_a_file_of_a_newer_portal_is_left_alone(store: RunStore, begin: Begin) -> None:
    begin(systems=[BASE, TINY])
    with sqlite3.connect(store.path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version"):
        store.runs()

"""The disk is full, the folder can't be written to, the file is damaged or locked: told with advice, and what was
measured is not lost."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from components.core.work_registry import WorkRegistry
from components.evaluation.accuracy_plan import AccuracyPlan
from components.evaluation.run_jobs import carry_out, start_run
from components.evaluation.runs import database
from components.evaluation.runs.database import DamagedStoreError, StoreError
from components.evaluation.runs.records import Batch, Run, RunStatus
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.broken_stores import (
    BREAKS,
    Disk,
    many_runs,
    overwrite_middle,
)
from tests.evaluation.conftest import BASE, Begin, fake_candidate, heard
from tests.evaluation.test_accuracy_plan import TEXTS, dataset
from tests.paths import ROOT

LONG = {name: f"{text} " * 800 for name, text in TEXTS.items()}
"""Texts that need pages of their own."""
FULL = """
import resource, sys
from pathlib import Path
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import heard

store = RunStore(Path(sys.argv[1]))
# As on a disk with room for eight pages.
size = store.path.stat().st_size + 8 * 4096
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
written = 0
try:
    for number in range(1000):
        store.add(sys.argv[2], [heard(0, 0, "word " * 100)])
        written += 1
except StoreError as error:
    print(written, len(store.measurements(sys.argv[2])), error, sep="|")
"""


@pytest.fixture
def runs(store: RunStore, begin: Begin) -> list[Run]:
    return many_runs(store, begin)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def plan() -> AccuracyPlan:
    return AccuracyPlan((fake_candidate(BASE, {**LONG})[0],), dataset())


def test_where_the_system_gives_no_more_room_nothing_is_lost_that_was_written(
    store: RunStore, begin: Begin
) -> None:
    run = begin(["one"])
    command = [sys.executable, "-c", FULL, str(store.path.parent), run.id]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    written, kept, error = told.strip().split("|")
    assert 0 < int(written) == int(kept) == store.count(run.id)
    assert str(store.path) in error
    assert "Make room" in error
    store.add(run.id, [heard(0, 0, "more")])


def test_a_full_disk_is_called_so(store: RunStore, runs: list[Run], disk: Disk) -> None:
    before = store.measurements(runs[0].id)
    disk.is_full = True
    with pytest.raises(StoreError, match="no room left on its disk") as caught:
        store.add(runs[0].id, [heard(0, 0, "word " * 2000)])
    assert caught.value.advice == "Make room there; what was written before is safe."
    assert store.measurements(runs[0].id) == before


def test_a_run_goes_on_while_the_disk_is_full_and_is_written_whole_once_there_is_room(
    store: RunStore, runs: list[Run], disk: Disk
) -> None:
    asked = plan()
    run, done, told = asked.begin(store), list[object](), list[str]()
    disk.is_full = True

    def make_room_after_two(batch: Batch) -> None:
        done.extend(batch)
        disk.is_full = len(done) < 2

    ended = carry_out(
        asked, run, store, Event(), make_room_after_two, on_trouble=lambda trouble: told.append(str(trouble))
    )
    assert (ended.status, ended.problem) == (RunStatus.DONE, None)
    assert [m.item for m in store.measurements(run.id)] == [0, 1, 2]
    assert "no room left on its disk" in told[0]
    assert told[-1] == "None"


def test_where_the_disk_stays_full_the_run_says_so_at_its_end(
    store: RunStore, runs: list[Run], disk: Disk
) -> None:
    asked = plan()
    asked_to_begin = asked.begin

    def begin_and_fill(store: RunStore) -> Run:
        run = asked_to_begin(store)
        disk.is_full = True
        return run

    asked.begin = begin_and_fill  # type: ignore[method-assign]
    job = start_run(WorkRegistry(), store, asked, (BASE,))
    job.wait()
    assert "no room left on its disk" in str(job.trouble)
    assert "no room left on its disk" in str(job.error)
    assert job.progress.done == 3


def test_a_file_system_that_takes_no_writes_is_told_before_anything_is_sent() -> None:
    # Not even root makes a folder there.
    with pytest.raises(StoreError, match="can't be read or written") as caught:
        RunStore(Path("/sys/whisper-portal")).check()
    assert "PORTAL_DATA_DIR" in caught.value.advice


def test_a_locked_file_is_told_and_is_as_before_when_it_is_free(
    store: RunStore, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.1)
    other = sqlite3.connect(store.path)
    other.execute("BEGIN EXCLUSIVE")
    for use in (store.runs, lambda: store.add(runs[0].id, [])):
        with pytest.raises(StoreError, match="another program keeps it locked") as caught:
            use()
        assert "Wait until that has ended" in caught.value.advice
    other.close()
    assert store.runs() == runs


def read_all(store: RunStore) -> None:
    for run in store.runs():
        store.items(run.id)
        store.measurements(run.id)


@pytest.mark.parametrize("break_it", BREAKS)
def test_damage_is_told_with_what_to_do(
    store: RunStore, runs: list[Run], break_it: Callable[[Path], None]
) -> None:
    break_it(store.path)
    with pytest.raises(DamagedStoreError, match="are damaged") as caught:
        read_all(store)
    assert "damaged-$f" in caught.value.advice


def test_a_damaged_file_is_left_as_it_is_and_can_be_set_aside_as_the_error_says(
    store: RunStore, runs: list[Run], begin: Begin
) -> None:
    overwrite_middle(store.path)
    journal = store.path.with_name(f"{store.path.name}-journal")
    journal.touch()
    broken = store.path.read_bytes()
    with pytest.raises(DamagedStoreError) as caught:
        read_all(store)
    journal.touch()
    assert store.path.read_bytes() == broken
    command = caught.value.advice.partition("set the file aside: ")[2].partition(". ")[0]
    subprocess.run(command, shell=True, check=True)  # noqa: S602 - the portal's own words
    assert store.path.with_name("damaged-runs.sqlite3").read_bytes() == broken
    assert sorted(path.name for path in store.path.parent.iterdir()) == [
        "damaged-runs.sqlite3",
        "damaged-runs.sqlite3-journal",
    ]
    new = begin()
    assert store.runs() == [new]


def test_a_mistake_of_the_portal_is_no_damage_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="mistake"), database.transaction(tmp_path / "runs.sqlite3"):
        raise KeyError("mistake")

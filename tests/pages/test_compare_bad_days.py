"""The runs can't be read or written: the page Compare says why, and what to do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from components.evaluation.run_jobs import RunJob
from components.evaluation.runs import database
from components.evaluation.runs.records import RunKind
from components.evaluation.runs.run_store import RunStore
from components.widgets.common.work import work_registry
from tests.evaluation.broken_stores import BREAKS, Disk, overwrite_beginning
from tests.pages.compare_driver import is_startable, kept_run, start, wait_for_end
from tests.pages.conftest import Wire
from tests.pages.driver import error, is_shown, open_compare, open_home, run, shown, wait_until, widget


def break_store(store: RunStore, break_it: Callable[[Path], None]) -> None:
    for number in range(40):
        kept_run(store, name=f"run {number}")
    break_it(store.path)


@pytest.mark.parametrize("break_it", BREAKS)
def test_a_damaged_file_is_named_with_the_command_that_sets_it_aside(
    store: RunStore, break_it: Callable[[Path], None]
) -> None:
    break_store(store, break_it)
    told = error(open_compare("History"), "compare_error").replace("\\", "")
    assert f"{store.path} are damaged" in told
    assert 'for f in runs.sqlite3*; do mv "$f" "damaged-$f"; done' in told


def test_the_front_page_stays_and_says_what_is_wrong(store: RunStore) -> None:
    break_store(store, overwrite_beginning)
    app = open_home()
    assert "are damaged" in error(app, "last_run_error")
    assert is_shown(app, "target_local")


def test_a_locked_file_is_told_and_the_page_goes_on_when_it_is_free(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_run(store)
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.1)
    other = sqlite3.connect(store.path)
    other.execute("BEGIN EXCLUSIVE")
    app = open_compare("History")
    assert "another program keeps it locked. Wait until that has ended" in error(app, "compare_error")
    other.close()
    assert not is_shown(run(app), "compare_error")
    assert "nightly" in shown(app, "compare_history")


def test_a_run_while_the_disk_is_full_is_told_and_kept_when_there_is_room(
    store: RunStore, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.reply = [" word" * 3000]
    app = open_compare("Accuracy")
    widget(app, "compare_dataset_part").set_value("First")
    run(app)
    widget(app, "compare_dataset_count").set_value(2)
    wait_until(run(app), lambda app: is_startable(app, "accuracy"))
    disk = Disk(monkeypatch)
    begun = store.begin

    def begin_and_fill(*what: object, **more: object) -> object:
        found = begun(*what, **more)  # type: ignore[arg-type]
        disk.is_full = True
        return found

    monkeypatch.setattr(store, "begin", begin_and_fill)
    app = wait_for_end(start(app, "accuracy"))
    assert "no room left on its disk" in error(app, "compare_job_error")
    (kept,) = store.runs()
    assert (kept.kind, store.count(kept.id)) == (RunKind.ACCURACY, 0)
    job = work_registry().find(RunJob, kept.id)
    assert job
    assert job.trouble

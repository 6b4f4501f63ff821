"""A damaged database of runs: it is set aside, and what can still be read in it goes on in a new one."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from components.evaluation.runs.database import StoreError, transaction
from components.evaluation.runs.records import RunStatus
from components.evaluation.runs.run_store import RunStore

_TABLES = {
    "runs": ("rowid, *", "rowid {0}"),
    "systems": ("*", "run {0}, number {0}"),
    "items": ("*", "run {0}, number {0}"),
    "measurements": ("rowid, *", "rowid {0}"),
}
"""Columns, and the order in which they lie in the file. What was worked out of them is worked out again."""
_one_at_a_time = Lock()
_BESIDE = ("", "-journal", "-wal", "-shm")
"""What SQLite appends to a database's name for the files that belong to it."""


@dataclass(frozen=True)
class Rescue:
    """What came of it: where the damaged file is now, and how many runs were taken over."""

    damaged: Path
    runs: int


def set_aside(store: RunStore) -> Rescue:
    """Keeps the damaged file under another name, and begins a new one with all runs that can be read whole.

    Raises:
        StoreError: the file is not damaged, or there is no room for a new one.
    """
    # Of two visitors who press at the same time, the second finds a sound file.
    with _one_at_a_time:
        return _set_aside(store)


def _set_aside(store: RunStore) -> Rescue:
    if _is_sound(store):
        raise StoreError(f"The runs in {store.path} are not damaged (any more).", "Load the page anew.")
    damaged = store.path.with_name(f"runs-damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite3")
    try:
        with TemporaryDirectory(dir=store.path.parent, prefix="rescue-") as folder:
            fresh = RunStore(Path(folder))
            _copy(store.path, fresh.path)
            count = _drop_parts(fresh)
            _move(store.path, damaged)
            _move(fresh.path, store.path)
    except OSError as error:
        raise StoreError(
            f"The runs in {store.path} can't be set aside: {error.strerror}.",
            "Make room on its disk and see that the portal may write there.",
        ) from error
    return Rescue(damaged, count)


def _is_sound(store: RunStore) -> bool:
    try:
        with transaction(store.path) as database:
            found = database.execute("PRAGMA integrity_check").fetchone()
        return found[0] == "ok" and all(_is_whole(store, run_id) for run_id in _ids(store))
    except StoreError:
        return False


def _copy(source: Path, target: Path) -> None:
    with transaction(target) as database:
        database.execute("BEGIN IMMEDIATE")
        # Rows may come before what they belong to.
        database.execute("PRAGMA defer_foreign_keys = ON")
        for table in _TABLES:
            for names, row in _rows(source, table):
                places = ", ".join("?" * len(row))
                statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608
                with suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
                    database.execute(statement, row)
        for table in set(_TABLES) - {"runs"}:
            database.execute(f"DELETE FROM {table} WHERE run NOT IN (SELECT id FROM runs)")  # noqa: S608


def _rows(source: Path, table: str) -> Iterator[tuple[list[str], Sequence[object]]]:
    """What can be read of a table from its beginning, then from its end: in between is the damage."""
    columns, order = _TABLES[table]
    for direction in ("ASC", "DESC"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(source)) as damaged:
            # As SQLite's own recovery does: a file that was cut off is read as far as it goes.
            damaged.execute("PRAGMA writable_schema = ON")
            query = f"SELECT {columns} FROM {table} ORDER BY {order.format(direction)}"  # noqa: S608
            found = damaged.execute(query)
            names = [column[0] for column in found.description]
            for row in found:
                yield names, row


def _drop_parts(store: RunStore) -> int:
    """Deletes runs that make no sense any more, marks those with lost measurements, and counts what is left."""
    for run_id in _ids(store):
        if not _is_whole(store, run_id):
            store.delete(run_id)
    runs = store.runs()
    for run in runs:
        is_complete = run.status is RunStatus.DONE and run.problem is None
        if is_complete and store.count(run.id) < run.planned:
            store.end(
                run.id, RunStatus.INTERRUPTED, "Some of what was measured was lost when its file was damaged."
            )
    return len(runs)


def _ids(store: RunStore) -> list[str]:
    with transaction(store.path) as database:
        return [str(row["id"]) for row in database.execute("SELECT id FROM runs")]


def _is_whole(store: RunStore, run_id: str) -> bool:
    """Whether it makes sense, but for measurements that are missing, as they are where a run was broken off."""
    try:
        run, items, measurements = store.run(run_id), store.items(run_id), store.measurements(run_id)
    except StoreError:
        return False
    known = {(system, item) for system in range(len(run.systems)) for item in range(len(items))}
    return bool(run.systems) and all((m.system, m.item) in known for m in measurements)


def _move(source: Path, target: Path) -> None:
    for end in _BESIDE:
        with suppress(FileNotFoundError):
            source.with_name(source.name + end).replace(target.with_name(target.name + end))

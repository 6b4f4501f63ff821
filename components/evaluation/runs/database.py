"""The database file: its schema, transactions that end well or as a StoreError, and what its rows hold.

What is read back is validated: pydantic's ValidationError means that the portal did not write it so.
"""

import shlex
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from components.core.errors import PortalError
from components.evaluation.runs.records import Conditions, Measurement, Run, RunStatus, System

_LOCK_SECONDS = 30.0

MIGRATIONS = [
    """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, created TEXT NOT NULL, status TEXT NOT NULL,
    planned INTEGER NOT NULL, conditions TEXT NOT NULL, ended TEXT, problem TEXT, seen TEXT NOT NULL,
    extras TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE systems (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, number INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE TABLE items (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, number INTEGER NOT NULL, id TEXT NOT NULL,
    reference TEXT NOT NULL, language TEXT NOT NULL, seconds REAL, PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE TABLE measurements (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, system INTEGER NOT NULL, item INTEGER NOT NULL,
    started REAL NOT NULL, seconds REAL NOT NULL, texts TEXT NOT NULL, error TEXT, message TEXT,
    retries INTEGER NOT NULL, request_id TEXT, concurrency INTEGER NOT NULL, warm_up INTEGER NOT NULL
);
CREATE INDEX measurements_of_run ON measurements (run);
""",
    """
DROP TABLE IF EXISTS worked_out;
CREATE TABLE figure_cache (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, key)
) WITHOUT ROWID;
""",
]
"""Number n takes a database of version n (`PRAGMA user_version`) to n + 1. What was published is never changed."""

_RUN, _SYSTEM, _CONDITIONS = TypeAdapter(Run), TypeAdapter(System), TypeAdapter(Conditions)
_MEASUREMENT, _TEXTS = TypeAdapter(Measurement), TypeAdapter(tuple[str, ...])
_EXTRAS = TypeAdapter(dict[str, object])

_ADVICE = "Make room on its disk and see that the portal may write there, or name another folder in PORTAL_DATA_DIR."
_KNOWN = {
    "SQLITE_FULL": ("there is no room left on its disk", "Make room there; what was written before is safe."),
    "SQLITE_BUSY": ("another program keeps it locked", "Wait until that has ended, or end it."),
}
"""What happened and what to do, by SQLite's names of errors."""
_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class StoreError(PortalError):
    """The runs can't be read or written."""


class DamagedStoreError(StoreError):
    """The file is no database, or not a whole one: something else has written into it, or its disk has failed.

    The portal leaves it as it is. Its journal belongs to it, and is renamed with it.
    """

    def __init__(self, path: Path, reason: str) -> None:
        rename = f'for f in {path.name}*; do mv "$f" "damaged-$f"; done'
        super().__init__(
            f"The runs in {path} are damaged: {reason}.",
            f"Stop the portal and set the file aside: cd {shlex.quote(str(path.parent))} && {rename}. "
            "Then put a backup in its place, or start with no runs.",
        )


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own for one transaction, since threads share none; makes the file at first use.

    Raises:
        StoreError: the file can't be read or written; DamagedStoreError where it is not what the portal wrote.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            # It holds what was said in calls: nobody else on the computer may read it, nor SQLite's files beside it.
            path.touch(0o600, exist_ok=False)
        with closing(sqlite3.connect(path, timeout=_LOCK_SECONDS)) as database, database:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA foreign_keys = ON")
            _migrate(database, path)
            yield database
    except (sqlite3.Error, OSError) as error:
        raise _explained(error, path) from error
    except ValidationError as error:
        raise DamagedStoreError(
            path, f"{error.error_count()} values of a {error.title} are invalid"
        ) from error


def _explained(error: sqlite3.Error | OSError, path: Path) -> StoreError:
    # Some errors are Python's own, such as that of a text that is not UTF-8; these have no name.
    name = getattr(error, "sqlite_errorname", "")
    is_no_text = isinstance(error, sqlite3.OperationalError) and not name
    if name.startswith(_DAMAGE) or is_no_text:
        return DamagedStoreError(path, str(error))
    what, advice = _KNOWN.get(name, (str(error), _ADVICE))
    return StoreError(f"The runs in {path} can't be read or written: {what}.", advice)


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    """Applies the migrations that the database lacks, all or none of them.

    Raises:
        StoreError: a newer portal has migrated it further.
    """
    if _version(database) < len(MIGRATIONS):
        # Of two that come at once, the second finds the work done.
        database.execute("BEGIN IMMEDIATE")
        for migration in MIGRATIONS[_version(database) :]:
            for statement in migration.split(";"):
                database.execute(statement)
        set_version(database)
        database.commit()
    if _version(database) > len(MIGRATIONS):
        raise StoreError(
            f"The runs in {path} were written by a newer version of the portal.",
            "Update this portal, or name another folder in PORTAL_DATA_DIR.",
        )


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def set_version(database: sqlite3.Connection) -> None:
    """Writes the version of this portal's schema, which changes nothing in a migrated database."""
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def now() -> str:
    """The current time as the database stores it: UTC, ISO 8601."""
    return datetime.now(UTC).isoformat()


def insert(table: str, row: Mapping[str, object]) -> tuple[str, Sequence[object]]:
    """The statement that inserts a row, and its values. The names are code's own words, never a user's."""
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    return f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(row.values())  # noqa: S608


def run_row(run: Run) -> dict[str, object]:
    """The row of a run that begins; its systems have rows of their own."""
    return {
        **{name: getattr(run, name) for name in ("id", "kind", "name", "status", "planned")},
        "created": run.created.isoformat(),
        "conditions": _CONDITIONS.dump_json(run.conditions).decode(),
        "seen": now(),
    }


def system_row(run: Run, number: int) -> dict[str, object]:
    """The row of one of its systems."""
    return {"run": run.id, "number": number, "content": _SYSTEM.dump_json(run.systems[number]).decode()}


def measurement_row(run_id: str, measurement: Measurement) -> dict[str, object]:
    """The row of one request."""
    return {"run": run_id} | asdict(measurement) | {"texts": _TEXTS.dump_json(measurement.texts).decode()}


def read_run(row: sqlite3.Row, systems: Sequence[sqlite3.Row]) -> Run:
    """A run from its row and those of its systems; one whose process is gone (`is_silent`) is interrupted."""
    decoded = {
        "conditions": _CONDITIONS.validate_json(row["conditions"]),
        "extras": _EXTRAS.validate_json(row["extras"]),
        "systems": tuple(_SYSTEM.validate_json(system["content"]) for system in systems),
    }
    run = _RUN.validate_python(dict(row) | decoded)
    if not (run.is_running and row["is_silent"]):
        return run
    problem = "The program that measured it ended before it did. What it had measured is here."
    return replace(run, status=RunStatus.INTERRUPTED, problem=problem)


def read_measurement(row: sqlite3.Row) -> Measurement:
    """A request from its row."""
    return _MEASUREMENT.validate_python(dict(row) | {"texts": _TEXTS.validate_json(row["texts"])})

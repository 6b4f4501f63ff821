"""The database file: its tables, and transactions that end well or as a StoreError."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from components.core.errors import PortalError

_LOCK_SECONDS = 30.0

_VERSION = 1
_SCHEMA = """
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
CREATE TABLE worked_out (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE INDEX measurements_of_run ON measurements (run);
"""


_ADVICE = "Make room on its disk and see that the portal may write there, or name another folder in PORTAL_DATA_DIR."
_KNOWN = {
    "SQLITE_FULL": ("there is no room left on its disk", "Make room there; what was written before is kept."),
    "SQLITE_BUSY": ("another program keeps it locked", "Wait until that has ended, or end it."),
}
"""What happened and what to do, by SQLite's names of errors."""
_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class StoreError(PortalError):
    """The runs can't be read or written."""


class DamagedStoreError(StoreError):
    """The file is no database, or not a whole one: something else has written into it, or its disk has failed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The runs in {path} are damaged: {reason}.",
            "Open the page Compare and press Set the damaged file aside: it is kept, and what can still be read in it "
            "is taken over. Or put a copy of the file from before in its place.",
        )


class _SenselessError(Exception):
    """A row whose contents are none that the portal wrote."""


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
            _set_up(database, path)
            yield database
    except (sqlite3.Error, OSError) as error:
        raise _explained(error, path) from error
    except _SenselessError as error:
        raise DamagedStoreError(path, f"what stands there makes no sense ({error})") from error


@contextmanager
def making_sense() -> Iterator[None]:
    """Within this, rows are taken apart; in a transaction, a failure at that means that the file is damaged."""
    try:
        yield
    except (ValueError, TypeError, KeyError) as error:
        raise _SenselessError(type(error).__name__) from error


def _explained(error: sqlite3.Error | OSError, path: Path) -> StoreError:
    # Some errors are Python's own, such as that of a text that is none; these have no name.
    name = getattr(error, "sqlite_errorname", "")
    is_no_text = isinstance(error, sqlite3.OperationalError) and not name
    if name.startswith(_DAMAGE) or is_no_text:
        return DamagedStoreError(path, str(error))
    what, advice = _KNOWN.get(name, (str(error), _ADVICE))
    return StoreError(f"The runs in {path} can't be read or written: {what}.", advice)


def write_nothing(database: sqlite3.Connection) -> None:
    """A write that changes nothing: it fails where a real one would."""
    database.execute(f"PRAGMA user_version = {_VERSION}")


def _set_up(database: sqlite3.Connection, path: Path) -> None:
    if _version(database) == 0:
        # Of two that come at once, the second finds the tables.
        database.execute("BEGIN IMMEDIATE")
        if _version(database) == 0:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {_VERSION}")
        database.commit()
    if _version(database) > _VERSION:
        raise StoreError(
            f"The runs in {path} were written by a newer version of the portal.",
            "Update this portal, or name another folder in PORTAL_DATA_DIR.",
        )


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])

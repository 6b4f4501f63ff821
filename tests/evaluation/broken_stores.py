"""Ways in which the file of the runs breaks, and a disk that is full when a test says so."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from components.evaluation.runs.records import Run, RunStatus
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import Begin, heard

PAGE = 4096


class Disk:
    """A disk on which SQLite finds no room for another page, as long as it `is_full`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        self._connect = sqlite3.connect
        patch.setattr(sqlite3, "connect", self._limited)

    def _limited(self, path: Path, **options: float) -> sqlite3.Connection:
        connection = self._connect(path, **options)  # type: ignore[call-overload]
        if self.is_full:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {max(pages, 1)}")
        return connection


def many_runs(store: RunStore, begin: Begin) -> list[Run]:
    """Forty runs with thirty measurements each, some dozen pages of the file; the newest one first."""
    for _ in range(40):
        run = begin(["one", "two", "three"])
        store.add(run.id, [heard(n % 2, n % 3, f"words {n}") for n in range(30)])
        store.end(run.id, RunStatus.DONE)
    return store.runs()


def truncate(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])


def overwrite_beginning(path: Path) -> None:
    path.write_bytes(b"\xde\xad\xbe\xef" * 50 + path.read_bytes()[200:])


def overwrite_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3 * PAGE] = random.Random(8).randbytes(3 * PAGE)  # noqa: S311 - the same every time
    path.write_bytes(data)


def overwrite_page_of_runs(path: Path) -> None:
    """The page on which the table of the runs begins to be found."""
    connection = sqlite3.connect(path)
    (number,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs'").fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    data[PAGE * (number - 1) : PAGE * number] = bytes(PAGE)
    path.write_bytes(data)


def write_nonsense(path: Path) -> None:
    """A sound database, in which something else has written."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE runs SET conditions = 'no JSON', created = 'yesterday' WHERE rowid = 7")
    connection.close()


BREAKS: list[Callable[[Path], None]] = [
    truncate,
    overwrite_beginning,
    overwrite_middle,
    overwrite_page_of_runs,
    write_nonsense,
]

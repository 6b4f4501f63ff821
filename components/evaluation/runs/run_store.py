"""Runs on disk: SQLite in the portal's data folder, one row for each request, written as it comes.

Any number of browser sessions and commands may use the same file. Raw texts are kept and no scores: whoever reads a
run scores it, with any normalizer, without asking an endpoint again.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from components.evaluation import rows
from components.evaluation.runs.database import StoreError, making_sense, transaction, write_nothing
from components.evaluation.runs.records import Conditions, Item, Kind, Measurement, Run, Status, System

FILE_NAME = "runs.sqlite3"
_SILENCE = timedelta(seconds=30)
"""A running run that wrote nothing for so long has lost its process; its sign of life comes every few seconds."""


class RunNotFoundError(StoreError):
    """There is no run of that id."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"There is no run {run_id}.", "It may have been deleted: look in the history.")


class RunStore:
    """All runs of a data folder. Safe to use from several threads and processes.

    Every method raises StoreError where the file can't be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def check(self) -> None:
        """Makes sure that runs can be kept, before anything is started for one."""
        with transaction(self.path) as database:
            write_nothing(database)

    def begin(  # noqa: PLR0913, PLR0917 - all that a run begins with
        self,
        kind: Kind,
        name: str,
        systems: Sequence[System],
        items: Sequence[Item],
        conditions: Conditions,
        planned: int,
    ) -> Run:
        """Notes a new run before its first request is sent."""
        run = Run(
            uuid4().hex[:12],
            kind,
            name,
            datetime.now(UTC),
            Status.RUNNING,
            tuple(systems),
            conditions,
            planned,
        )
        with transaction(self.path) as database:
            database.execute(*rows.insert("runs", rows.of_run(run)))
            for number, system in enumerate(systems):
                content = {"run": run.id, "number": number, "content": json.dumps(asdict(system))}
                database.execute(*rows.insert("systems", content))
            for number, item in enumerate(items):
                database.execute(*rows.insert("items", {"run": run.id, "number": number} | asdict(item)))
        return run

    def add(
        self, run_id: str, measurements: Iterable[Measurement], seconds: Mapping[int, float] | None = None
    ) -> None:
        """Writes what was measured, and the lengths of items by their numbers; even nothing is a sign of life.

        Raises:
            RunNotFoundError: there is no such run (any more).
        """
        lengths = [(length, run_id, number) for number, length in (seconds or {}).items()]
        with transaction(self.path) as database:
            if not database.execute("UPDATE runs SET seen = ? WHERE id = ?", (rows.now(), run_id)).rowcount:
                raise RunNotFoundError(run_id)
            for measurement in measurements:
                content = {"run": run_id} | rows.of_measurement(measurement)
                database.execute(*rows.insert("measurements", content))
            database.executemany("UPDATE items SET seconds = ? WHERE run = ? AND number = ?", lengths)

    def end(self, run_id: str, status: Status, problem: str | None = None) -> None:
        """Notes how a run ended, and why where that was early."""
        self._update(run_id, status=status.value, ended=rows.now(), problem=problem)

    def rename(self, run_id: str, name: str) -> None:
        """Gives a run another name.

        Raises:
            RunNotFoundError: there is none.
        """
        self._update(run_id, name=name)

    def note(self, run_id: str, key: str, value: object) -> None:
        """Keeps what was found out after a run and can't be found out again, as JSON under that key of its extras.

        Raises:
            RunNotFoundError: there is none.
        """
        with transaction(self.path) as database:
            # Two that note at once, each on its own copy, would else undo one another.
            database.execute("BEGIN IMMEDIATE")
            found = _only(database, "SELECT extras FROM runs WHERE id = ?", run_id)
            with making_sense():
                extras = json.loads(found["extras"])
            extras[key] = value
            database.execute("UPDATE runs SET extras = ? WHERE id = ?", (json.dumps(extras), run_id))

    def keep(self, run_id: str, key: str, value: object) -> None:
        """Keeps what was worked out of a run, as JSON; it could be worked out again, and no export has it."""
        row = {"run": run_id, "key": key, "value": json.dumps(value)}
        with transaction(self.path) as database:
            statement, values = rows.insert("worked_out", row)
            database.execute(statement.replace("INSERT", "INSERT OR REPLACE", 1), values)

    def kept(self, run_id: str, key: str) -> Any:  # noqa: ANN401 - JSON
        """What `keep` was given; None where it was given nothing."""
        wanted = "SELECT value FROM worked_out WHERE run = ? AND key = ?"
        with transaction(self.path) as database:
            found = database.execute(wanted, (run_id, key)).fetchone()
        return json.loads(found["value"]) if found else None

    def delete(self, run_id: str) -> None:
        """Deletes a run with all that was measured in it; that it is gone already is no error."""
        with transaction(self.path) as database:
            database.execute("DELETE FROM runs WHERE id = ?", (run_id,))

    def run(self, run_id: str) -> Run:
        """One run.

        Raises:
            RunNotFoundError: there is none.
        """
        with transaction(self.path) as database:
            found = _only(database, "SELECT * FROM runs WHERE id = ?", run_id)
            return _read(database, found)

    def runs(self) -> list[Run]:
        """All runs, the newest first."""
        with transaction(self.path) as database:
            found = database.execute("SELECT * FROM runs ORDER BY created DESC").fetchall()
            return [_read(database, row) for row in found]

    def items(self, run_id: str) -> list[Item]:
        """The clips of a run, by their numbers."""
        wanted = "SELECT id, reference, language, seconds FROM items WHERE run = ? ORDER BY number"
        with transaction(self.path) as database:
            return [Item(*row) for row in database.execute(wanted, (run_id,))]

    def measurements(self, run_id: str) -> list[Measurement]:
        """What was measured in a run, in the order in which it came."""
        wanted = "SELECT * FROM measurements WHERE run = ? ORDER BY rowid"
        with transaction(self.path) as database:
            return [rows.as_measurement(row) for row in database.execute(wanted, (run_id,))]

    def count(self, run_id: str) -> int:
        """How many requests of a run have been measured."""
        with transaction(self.path) as database:
            found = database.execute("SELECT count(*) FROM measurements WHERE run = ?", (run_id,))
            return int(found.fetchone()[0])

    def _update(self, run_id: str, **values: str | None) -> None:
        assignments = ", ".join(f"{column} = ?" for column in values)
        with transaction(self.path) as database:
            # The columns are this module's own words.
            statement = f"UPDATE runs SET {assignments} WHERE id = ?"  # noqa: S608
            if not database.execute(statement, (*values.values(), run_id)).rowcount:
                raise RunNotFoundError(run_id)


def _only(database: sqlite3.Connection, query: str, run_id: str) -> sqlite3.Row:
    found: sqlite3.Row | None = database.execute(query, (run_id,)).fetchone()
    if found is None:
        raise RunNotFoundError(run_id)
    return found


def _read(database: sqlite3.Connection, row: sqlite3.Row) -> Run:
    systems = database.execute("SELECT content FROM systems WHERE run = ? ORDER BY number", (row["id"],))
    run = rows.as_run(row, [rows.as_system(system) for system in systems])
    with making_sense():
        silent = datetime.now(UTC) - datetime.fromisoformat(row["seen"]) > _SILENCE
    return rows.interrupted(run) if run.is_running and silent else run

"""Runs on disk: SQLite in the portal's data folder, one row for each request, written as it comes.

Any number of browser sessions and commands may use the same file. Raw texts are kept and no scores: whoever reads a
run scores it, with any normalizer, without asking an endpoint again.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from components.evaluation.runs.database import StoreError, making_sense, transaction, write_nothing
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System


def now() -> str:
    """This moment as it stands in the database: UTC, ISO 8601."""
    return datetime.now(UTC).isoformat()


def insert(table: str, row: Mapping[str, object]) -> tuple[str, Sequence[object]]:
    """The statement that inserts a row, and its values. The names are code's own words, never a user's."""
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    return f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(row.values())  # noqa: S608


def of_run(run: Run) -> dict[str, object]:
    """The row of a run that begins; its systems have rows of their own."""
    return {
        "id": run.id,
        "kind": run.kind.value,
        "name": run.name,
        "created": run.created.isoformat(),
        "status": run.status.value,
        "planned": run.planned,
        "conditions": json.dumps(asdict(run.conditions), ensure_ascii=False),
        "seen": now(),
    }


@making_sense()
def as_run(row: sqlite3.Row, systems: Sequence[System]) -> Run:
    """A run from its row."""
    conditions = json.loads(row["conditions"])
    for name in ("concurrency", "languages", "notes"):
        conditions[name] = tuple(conditions[name])
    return Run(
        row["id"],
        RunKind(row["kind"]),
        row["name"],
        datetime.fromisoformat(row["created"]),
        RunStatus(row["status"]),
        tuple(systems),
        Conditions(**conditions),
        row["planned"],
        datetime.fromisoformat(row["ended"]) if row["ended"] else None,
        row["problem"],
        json.loads(row["extras"]),
    )


@making_sense()
def as_system(row: sqlite3.Row) -> System:
    """A system from its row."""
    return System(**json.loads(row["content"]))


def interrupted(run: Run) -> Run:
    """A run whose process is gone."""
    problem = "The program that measured it ended before it did. What it had measured is here."
    return replace(run, status=RunStatus.INTERRUPTED, problem=problem)


def of_measurement(measurement: Measurement) -> dict[str, object]:
    """The row of one request."""
    return asdict(measurement) | {
        "texts": json.dumps(measurement.texts, ensure_ascii=False),
        "warm_up": int(measurement.warm_up),
    }


@making_sense()
def as_measurement(row: sqlite3.Row) -> Measurement:
    """A request from its row."""
    content = {name: row[name] for name in row.keys() if name != "run"}  # noqa: SIM118 - iterating gives values
    return Measurement(
        **content | {"texts": tuple(json.loads(row["texts"])), "warm_up": bool(row["warm_up"])}
    )


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
        kind: RunKind,
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
            RunStatus.RUNNING,
            tuple(systems),
            conditions,
            planned,
        )
        with transaction(self.path) as database:
            database.execute(*insert("runs", of_run(run)))
            for number, system in enumerate(systems):
                content = {"run": run.id, "number": number, "content": json.dumps(asdict(system))}
                database.execute(*insert("systems", content))
            for number, item in enumerate(items):
                database.execute(*insert("items", {"run": run.id, "number": number} | asdict(item)))
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
            if not database.execute("UPDATE runs SET seen = ? WHERE id = ?", (now(), run_id)).rowcount:
                raise RunNotFoundError(run_id)
            for measurement in measurements:
                content = {"run": run_id} | of_measurement(measurement)
                database.execute(*insert("measurements", content))
            database.executemany("UPDATE items SET seconds = ? WHERE run = ? AND number = ?", lengths)

    def end(self, run_id: str, status: RunStatus, problem: str | None = None) -> None:
        """Notes how a run ended, and why where that was early."""
        self._update(run_id, status=status.value, ended=now(), problem=problem)

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
            statement, values = insert("worked_out", row)
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
            return [as_measurement(row) for row in database.execute(wanted, (run_id,))]

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
    run = as_run(row, [as_system(system) for system in systems])
    with making_sense():
        silent = datetime.now(UTC) - datetime.fromisoformat(row["seen"]) > _SILENCE
    return interrupted(run) if run.is_running and silent else run

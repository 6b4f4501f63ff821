"""Runs on disk: SQLite in the portal's data folder, one row for each request, written as it comes.

Any number of browser sessions and commands may use the same file. It has raw texts and no scores: a run can be scored
with any normalizer, without sending a request again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from components.evaluation.runs import database as db
from components.evaluation.runs.database import StoreError, transaction
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System

FILE_NAME = "runs.sqlite3"
_SILENCE = timedelta(seconds=30)
"""A running run that wrote nothing for so long has lost its process; its sign of life comes every few seconds."""


class RunNotFoundError(StoreError):
    """There is no run of that id."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"There is no run {run_id}.", "It may have been deleted: look in the history.")


class RunStore:
    """All runs of a data folder. Safe to use from several threads and processes.

    Every method raises StoreError where the file can't be read or written, and RunNotFoundError where it takes the id
    of a run that is not there; `delete`, and what reads the parts of a run, take any.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def check(self) -> None:
        """Makes sure that runs can be kept, before anything is started for one."""
        with transaction(self.path) as database:
            # A write that changes nothing fails where a real one would.
            db.set_version(database)

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
            database.execute(*db.insert("runs", db.run_row(run)))
            for number in range(len(systems)):
                database.execute(*db.insert("systems", db.system_row(run, number)))
            for number, item in enumerate(items):
                database.execute(*db.insert("items", {"run": run.id, "number": number} | asdict(item)))
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
            if not database.execute("UPDATE runs SET seen = ? WHERE id = ?", (db.now(), run_id)).rowcount:
                raise RunNotFoundError(run_id)
            for measurement in measurements:
                database.execute(*db.insert("measurements", db.measurement_row(run_id, measurement)))
            database.executemany("UPDATE items SET seconds = ? WHERE run = ? AND number = ?", lengths)

    def end(self, run_id: str, status: RunStatus, problem: str | None = None) -> None:
        """Notes how a run ended, and why where that was early."""
        self._update(run_id, status=status.value, ended=db.now(), problem=problem)

    def rename(self, run_id: str, name: str) -> None:
        """Gives a run another name."""
        self._update(run_id, name=name)

    def note(self, run_id: str, key: str, value: object) -> None:
        """Adds what was found out after a run and can't be found out again, as JSON under that key of its extras."""
        # One statement: two that note at once don't undo one another.
        statement = "UPDATE runs SET extras = json_set(extras, ?, json(?)) WHERE id = ?"
        self._change(run_id, statement, f'$."{key}"', json.dumps(value))

    def cache_figures(self, run_id: str, key: str, figures: str) -> None:
        """Keeps what was calculated from a run; it could be calculated again, and no export has it."""
        with transaction(self.path) as database:
            database.execute("INSERT OR REPLACE INTO figure_cache VALUES (?, ?, ?)", (run_id, key, figures))

    def cached_figures(self, run_id: str, key: str) -> str | None:
        """What `cache_figures` was given under that key; None without."""
        wanted = "SELECT value FROM figure_cache WHERE run = ? AND key = ?"
        with transaction(self.path) as database:
            found = database.execute(wanted, (run_id, key)).fetchone()
        return str(found["value"]) if found else None

    def delete(self, run_id: str) -> None:
        """Deletes a run with all that was measured in it; that it is gone already is no error."""
        with transaction(self.path) as database:
            database.execute("DELETE FROM runs WHERE id = ?", (run_id,))

    def run(self, run_id: str) -> Run:
        """One run."""
        if not (found := self._runs("WHERE id = ?", run_id)):
            raise RunNotFoundError(run_id)
        return found[0]

    def runs(self) -> list[Run]:
        """All runs, the newest first."""
        return self._runs("ORDER BY created DESC")

    def items(self, run_id: str) -> list[Item]:
        """The clips of a run, by their numbers."""
        wanted = "SELECT id, reference, language, seconds FROM items WHERE run = ? ORDER BY number"
        with transaction(self.path) as database:
            return [Item(*row) for row in database.execute(wanted, (run_id,))]

    def measurements(self, run_id: str) -> list[Measurement]:
        """What was measured in a run, in the order in which it came."""
        wanted = "SELECT * FROM measurements WHERE run = ? ORDER BY rowid"
        with transaction(self.path) as database:
            return [db.read_measurement(row) for row in database.execute(wanted, (run_id,))]

    def count(self, run_id: str) -> int:
        """How many requests of a run have been measured."""
        with transaction(self.path) as database:
            found = database.execute("SELECT count(*) FROM measurements WHERE run = ?", (run_id,))
            return int(found.fetchone()[0])

    def _update(self, run_id: str, **values: str | None) -> None:
        assignments = ", ".join(f"{column} = ?" for column in values)
        # The columns are this module's own words.
        self._change(run_id, f"UPDATE runs SET {assignments} WHERE id = ?", *values.values())  # noqa: S608

    def _change(self, run_id: str, statement: str, *values: str | None) -> None:
        with transaction(self.path) as database:
            if not database.execute(statement, (*values, run_id)).rowcount:
                raise RunNotFoundError(run_id)

    def _runs(self, which: str, *values: str) -> list[Run]:
        silent_since = (datetime.now(UTC) - _SILENCE).isoformat()
        wanted = f"SELECT *, seen < ? AS is_silent FROM runs {which}"  # noqa: S608 - this module's own words
        systems = "SELECT content FROM systems WHERE run = ? ORDER BY number"
        with transaction(self.path) as database:
            rows = database.execute(wanted, (silent_since, *values)).fetchall()
            return [db.read_run(row, database.execute(systems, (row["id"],)).fetchall()) for row in rows]

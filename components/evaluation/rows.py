"""Records as rows of the database, and back."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime

from components.evaluation.runs.database import making_sense
from components.evaluation.runs.records import Conditions, Kind, Measurement, Run, Status, System


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
        Kind(row["kind"]),
        row["name"],
        datetime.fromisoformat(row["created"]),
        Status(row["status"]),
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
    return replace(run, status=Status.INTERRUPTED, problem=problem)


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

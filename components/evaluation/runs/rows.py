"""Rows of the database: how runs, systems and measurements become rows and are read back.

What is read back is validated: pydantic's ValidationError means that the portal did not write it so.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from components.evaluation.runs.records import Conditions, Measurement, Run, RunStatus, System

_RUN, _SYSTEM, _CONDITIONS = TypeAdapter(Run), TypeAdapter(System), TypeAdapter(Conditions)
_MEASUREMENT, _TEXTS = TypeAdapter(Measurement), TypeAdapter(tuple[str, ...])
_EXTRAS = TypeAdapter(dict[str, object])


def now() -> str:
    """This moment as the database has it: UTC, ISO 8601."""
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

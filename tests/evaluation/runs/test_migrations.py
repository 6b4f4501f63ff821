"""Databases of former versions open with their runs; a migration is applied whole or not at all."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.evaluation.runs import database
from components.evaluation.runs.database import MIGRATIONS, StoreError
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunStore

FIGURES = """
CREATE TABLE worked_out (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, key)
) WITHOUT ROWID;
INSERT INTO worked_out VALUES ('0123456789ab', 'figures 1', '{}');
"""
ROWS = """
INSERT INTO runs VALUES (
    '0123456789ab', 'accuracy', 'nightly', '2026-11-25T12:00:00+00:00', 'done', 1,
    '{"parameters": {"num_beams": 5}, "dataset": "Mats", "selection": "all", "digest": "d", "languages": ["english"],
      "normalizer": "whisper", "requests": null, "warm_up": null, "concurrency": [1], "notes": [], "versions": {}}',
    '2026-11-25T12:01:00.5+00:00', NULL, '2026-11-25T12:01:00+00:00', '{"container": {"p50": 0.1}}'
);
INSERT INTO systems VALUES ('0123456789ab', 0, '{
    "endpoint": "base", "target": "AWS", "region": "eu-west-1", "model": "whisper-base",
    "instance_type": "ml.g5.2xlarge", "instance_count": 1, "variant": "v", "usd_per_hour": 1.5,
    "price_source": "a list"}');
INSERT INTO items VALUES ('0123456789ab', 0, 'u0', 'the mat', 'english', 2.0);
INSERT INTO measurements VALUES ('0123456789ab', 0, 0, 12.5, 0.25, '[" The mat."]', NULL, NULL, 0, 'r-1', 1, 0);
"""
FORMER = {
    # Version 1 came in two forms, the first of them without a table for figures.
    "1, first": f"{MIGRATIONS[0]} {ROWS} PRAGMA user_version = 1",
    "1": f"{MIGRATIONS[0]} {FIGURES} {ROWS} PRAGMA user_version = 1",
    "2": f"{MIGRATIONS[0]} {MIGRATIONS[1]} {ROWS} PRAGMA user_version = 2",
}
RUN = Run(
    "0123456789ab",
    RunKind.ACCURACY,
    "nightly",
    datetime(2026, 11, 25, 12, tzinfo=UTC),
    RunStatus.DONE,
    (System("base", "AWS", "eu-west-1", "whisper-base", "ml.g5.2xlarge", 1, "v", 1.5, "a list"),),
    Conditions({"num_beams": 5}, "Mats", "all", "d", ("english",)),
    1,
    datetime(2026, 11, 25, 12, 1, 0, 500_000, tzinfo=UTC),
    None,
    {"container": {"p50": 0.1}},
)


def former(folder: Path, version: str) -> RunStore:
    store = RunStore(folder)
    with closing(sqlite3.connect(store.path)) as connection:
        connection.executescript(FORMER[version])
    return store


def version_and_tables(path: Path) -> tuple[int, set[str]]:
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return version, {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


@pytest.mark.parametrize("version", FORMER)
def test_a_database_of_each_former_version_opens_with_its_runs(tmp_path: Path, version: str) -> None:
    store = former(tmp_path, version)
    assert store.runs() == [RUN]
    assert store.items(RUN.id) == [Item("u0", "the mat", "english", 2.0)]
    assert store.measurements(RUN.id) == [Measurement(0, 0, 12.5, 0.25, (" The mat.",), request_id="r-1")]
    store.cache_figures(RUN.id, "key", "value")
    new = RunStore(tmp_path / "new")
    assert new.runs() == []
    assert version_and_tables(store.path) == version_and_tables(new.path)


def test_every_former_version_is_tested() -> None:
    assert {int(version[0]) for version in FORMER} == set(range(1, len(MIGRATIONS) + 1))


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = former(tmp_path, "1")
    before = version_and_tables(store.path)
    monkeypatch.setattr(database, "MIGRATIONS", [*MIGRATIONS, "DROP TABLE runs; DROP TABLE nothing"])
    with pytest.raises(StoreError, match="nothing"):
        store.runs()
    assert version_and_tables(store.path) == before
    monkeypatch.setattr(database, "MIGRATIONS", MIGRATIONS)
    assert store.runs() == [RUN]

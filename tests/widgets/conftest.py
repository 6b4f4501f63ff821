"""Runs that stand in the store already."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.evaluation.runs.records import Conditions, Item, Run, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunStore
from components.widgets.common.work import work_registry
from components.widgets.compare.run_cache import run_store
from tests.widgets.history_driver import BASE, SAID, Make, measurement


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunStore]:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    for kept in (run_store, work_registry):
        kept.clear()
    yield RunStore(tmp_path)
    for kept in (run_store, work_registry):
        kept.clear()


@pytest.fixture
def make(store: RunStore) -> Make:
    """Makes a run in which the systems heard these texts, one for each utterance; None is a failure."""

    def make(
        name: str,
        *texts: tuple[str | None, ...],
        status: RunStatus | None = RunStatus.DONE,
        kind: RunKind = RunKind.ACCURACY,
        systems: tuple[System, ...] = (BASE,),
        **conditions: Any,
    ) -> Run:
        found = Conditions(**{"dataset": "Mats", "selection": "all 2 utterances", "digest": "d"} | conditions)
        items = [Item(f"u{number}", text, "english", 2.0) for number, text in enumerate(SAID)]
        begun = store.begin(kind, name, systems, items, found, len(items) * len(systems))
        for system, heard in enumerate(texts):
            store.add(begun.id, [measurement(system, number, text) for number, text in enumerate(heard)])
        if status:
            store.end(begun.id, status)
        return store.run(begun.id)

    return make

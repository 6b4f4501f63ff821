import sqlite3

import pytest

from components.evaluation.results import run_figures
from components.evaluation.results.run_figures import figures
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import BASE, Begin, heard


@pytest.mark.parametrize("kind", list(RunKind))
def test_cached_figures_are_the_calculated_ones(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch, kind: RunKind
) -> None:
    run = begin(["the red car", "trees"], kind=kind, parameters={"num_beams": 5})
    store.add(run.id, [heard(0, 0, "the red cat"), heard(0, 1, "trees"), heard(1, 0, "the red car", 0.25)])
    store.end(run.id, RunStatus.DONE)
    first = figures(store, store.run(run.id))
    assert first[1]
    assert bool(first[0]) is (kind is RunKind.ACCURACY)

    def never(_run_id: str) -> list[object]:
        raise AssertionError("it is calculated again")

    monkeypatch.setattr(store, "measurements", never)
    assert figures(store, store.run(run.id)) == first


def test_figures_that_cant_be_cached_are_returned_all_the_same(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(["trees"])
    store.add(run.id, [heard(0, 0, "trees")])

    def refuse(*_: object) -> None:
        raise StoreError("The disk is full.", "Make room.")

    store.end(run.id, RunStatus.DONE)
    monkeypatch.setattr(store, "cache_figures", refuse)
    ((found,), _) = figures(store, store.run(run.id))
    assert found.rate == 0.0


@pytest.mark.parametrize("what", ["_VERSION", "scoring"])
def test_figures_of_another_version_are_calculated_again(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    run = begin(["trees"], [BASE])
    store.add(run.id, [heard(0, 0, "trees")])
    store.end(run.id, RunStatus.DONE)
    figures(store, store.run(run.id))
    with sqlite3.connect(store.path) as database:
        database.execute("UPDATE figure_cache SET value = '[[], []]'")
    assert figures(store, store.run(run.id)) == ([], [])
    monkeypatch.setattr(run_figures, what, 99 if what == "_VERSION" else lambda: "jiwer 99")
    assert len(figures(store, store.run(run.id))[0]) == 1


def test_of_a_run_that_goes_on_nothing_is_cached(store: RunStore, begin: Begin) -> None:
    run = begin(["trees", "a car"], [BASE])
    store.add(run.id, [heard(0, 0, "trees")])
    ((first,), _) = figures(store, store.run(run.id))
    store.add(run.id, [heard(0, 1, "a cat")])
    ((second,), _) = figures(store, store.run(run.id))
    assert first.rate == 0.0
    assert second.rate == pytest.approx(100 / 3)
    assert not store.run(run.id).extras

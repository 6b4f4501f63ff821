import sqlite3

import pytest

from components.evaluation.results import figure_cache
from components.evaluation.results.figure_cache import figures
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import BASE, Begin, heard


@pytest.mark.parametrize("kind", list(RunKind))
def test_what_is_kept_is_what_was_worked_out(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch, kind: RunKind
) -> None:
    run = begin(["the red car", "trees"], kind=kind, parameters={"num_beams": 5})
    store.add(run.id, [heard(0, 0, "the red cat"), heard(0, 1, "trees"), heard(1, 0, "the red car", 0.25)])
    store.end(run.id, RunStatus.DONE)
    first = figures(store, store.run(run.id))
    assert first[1]
    assert bool(first[0]) is (kind is RunKind.ACCURACY)

    def never(_run_id: str) -> list[object]:
        raise AssertionError("it is worked out again")

    monkeypatch.setattr(store, "measurements", never)
    assert figures(store, store.run(run.id)) == first


def test_where_it_cant_be_kept_it_is_told_all_the_same(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(["trees"])
    store.add(run.id, [heard(0, 0, "trees")])

    def refuse(*_: object) -> None:
        raise StoreError("The disk is full.", "Make room.")

    store.end(run.id, RunStatus.DONE)
    monkeypatch.setattr(store, "keep", refuse)
    ((found,), _) = figures(store, store.run(run.id))
    assert found.rate == 0.0


@pytest.mark.parametrize("what", ["_MADE", "scoring"])
def test_what_another_version_worked_out_is_worked_out_again(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    run = begin(["trees"], [BASE])
    store.add(run.id, [heard(0, 0, "trees")])
    store.end(run.id, RunStatus.DONE)
    figures(store, store.run(run.id))
    with sqlite3.connect(store.path) as database:
        database.execute("""UPDATE worked_out SET value = '{"accuracies": [], "latencies": []}'""")
    assert figures(store, store.run(run.id)) == ([], [])
    monkeypatch.setattr(figure_cache, what, 2 if what == "_MADE" else lambda: "jiwer 99")
    assert len(figures(store, store.run(run.id))[0]) == 1


def test_of_a_run_that_goes_on_nothing_is_kept(store: RunStore, begin: Begin) -> None:
    run = begin(["trees", "a car"], [BASE])
    store.add(run.id, [heard(0, 0, "trees")])
    ((first,), _) = figures(store, store.run(run.id))
    store.add(run.id, [heard(0, 1, "a cat")])
    ((second,), _) = figures(store, store.run(run.id))
    assert first.rate == 0.0
    assert second.rate == pytest.approx(100 / 3)
    assert not store.run(run.id).extras

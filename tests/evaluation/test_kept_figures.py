import pytest

from components.evaluation.database import StoreError
from components.evaluation.kept_figures import figures
from components.evaluation.records import Kind, Status
from components.evaluation.run_store import RunStore
from tests.evaluation.conftest import Begin, heard


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_kept_is_what_was_worked_out(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    run = begin(["the red car", "trees"], kind=kind, parameters={"num_beams": 5})
    store.add(run.id, [heard(0, 0, "the red cat"), heard(0, 1, "trees"), heard(1, 0, "the red car", 0.25)])
    store.end(run.id, Status.DONE)
    first = figures(store, store.run(run.id))
    assert first[1]
    assert bool(first[0]) is (kind is Kind.ACCURACY)

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

    monkeypatch.setattr(store, "note", refuse)
    ((found,), _) = figures(store, run)
    assert found.rate == 0.0

from pathlib import Path

import pytest

from components.evaluation.headlines import Headline, headlines
from components.evaluation.records import Conditions, Item, Kind, Measurement, Status
from components.evaluation.run_store import RunStore
from tests.evaluation.conftest import BASE, Begin, heard


def test_an_accuracy_run_is_headed_by_its_pooled_rates(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat sat", "hello"])
    store.add(run.id, [heard(0, 0, "the hat sat"), heard(0, 1, "Hello!"), heard(1, 1, "hi")])
    assert headlines(store, run) == [Headline("WER", [25.0, 100.0])]


def test_japanese_is_headed_by_a_character_error_rate(store: RunStore, begin: Begin) -> None:
    run = begin(["今日は晴れ"], language="japanese")
    store.add(run.id, [heard(0, 0, "今日は雨")])
    assert headlines(store, run) == [Headline("CER", [40.0, None])]


def test_languages_of_both_sorts_give_both_rates(store: RunStore, begin: Begin) -> None:
    run = store.begin(
        Kind.ACCURACY,
        "mixed",
        (BASE,),
        [Item("a", "the red car"), Item("b", "今日は晴れ", "japanese")],
        Conditions(),
        2,
    )
    store.add(run.id, [heard(0, 0, "the red cat"), heard(0, 1, "今日は雨")])
    rates = {one.what: one.values for one in headlines(store, run)}
    assert rates == {"WER": [pytest.approx(100 / 3)], "CER": [40.0]}


def test_a_latency_run_is_headed_by_its_means_one_at_a_time(store: RunStore, begin: Begin) -> None:
    run = begin([""], kind=Kind.LATENCY, concurrency=(1, 2))
    times = [(1, 1.0), (1, 3.0), (2, 9.0)]
    store.add(run.id, [heard(0, 0, "Hi.", seconds, concurrency=step) for step, seconds in times])
    store.add(run.id, [Measurement(1, 0, 0.0, 1.0, error="ModelFailedError")])
    assert headlines(store, run) == [Headline("mean", [2.0, None])]


def test_it_is_worked_out_once_when_a_run_has_ended(
    store: RunStore, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(["the cat"])
    assert headlines(store, run) == [Headline("WER", [None, None])]
    assert not store.run(run.id).extras
    store.add(run.id, [heard(0, 0, "the cat")])
    store.end(run.id, Status.DONE)
    found = headlines(store, store.run(run.id))
    assert found == [Headline("WER", [0.0, None])]
    monkeypatch.setattr(RunStore, "measurements", None)
    assert headlines(store, store.run(run.id)) == found


def test_a_store_that_can_not_be_written_still_gives_it(
    store: RunStore, begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(["the cat"])
    store.add(run.id, [heard(0, 0, "the cat")])
    store.end(run.id, Status.DONE)
    ended = store.run(run.id)
    items, measurements = store.items(run.id), store.measurements(run.id)
    nowhere = RunStore(Path("/proc/nothing"))
    monkeypatch.setattr(nowhere, "items", lambda _id: items)
    monkeypatch.setattr(nowhere, "measurements", lambda _id: measurements)
    assert headlines(nowhere, ended) == [Headline("WER", [0.0, None])]

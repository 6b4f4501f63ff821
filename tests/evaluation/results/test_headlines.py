import pytest

from components.evaluation.results.figure_cache import Headline, figures, headlines
from components.evaluation.runs.records import Conditions, Item, Measurement, RunKind
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import BASE, Begin, heard


def test_an_accuracy_run_is_headed_by_its_pooled_rates(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat sat", "hello"])
    store.add(run.id, [heard(0, 0, "the hat sat"), heard(0, 1, "Hello!"), heard(1, 1, "hi")])
    assert headlines(run, figures(store, run)) == [Headline("WER", [25.0, 100.0])]


def test_japanese_is_headed_by_a_character_error_rate(store: RunStore, begin: Begin) -> None:
    run = begin(["今日は晴れ"], language="japanese")
    store.add(run.id, [heard(0, 0, "今日は雨")])
    assert headlines(run, figures(store, run)) == [Headline("CER", [40.0, None])]


def test_languages_of_both_sorts_give_both_rates(store: RunStore, begin: Begin) -> None:
    run = store.begin(
        RunKind.ACCURACY,
        "mixed",
        (BASE,),
        [Item("a", "the red car"), Item("b", "今日は晴れ", "japanese")],
        Conditions(),
        2,
    )
    store.add(run.id, [heard(0, 0, "the red cat"), heard(0, 1, "今日は雨")])
    rates = {one.what: one.values for one in headlines(run, figures(store, run))}
    assert rates == {"WER": [pytest.approx(100 / 3)], "CER": [40.0]}


@pytest.mark.parametrize(("steps", "expected"), [((1, 2), (2.0, 1)), ((2,), (9.0, 2))])
def test_a_latency_run_is_headed_by_its_means_at_the_fewest_at_once(
    store: RunStore, begin: Begin, steps: tuple[int, ...], expected: tuple[float, int]
) -> None:
    run = begin([""], kind=RunKind.LATENCY, concurrency=steps)
    times = [(step, seconds) for step, seconds in ((1, 1.0), (1, 3.0), (2, 9.0)) if step in steps]
    store.add(run.id, [heard(0, 0, "Hi.", seconds, concurrency=step) for step, seconds in times])
    store.add(run.id, [Measurement(1, 0, 0.0, 1.0, error="ModelFailedError")])
    mean, at_once = expected
    assert headlines(run, figures(store, run)) == [Headline("mean", [mean, None], at_once)]


def test_what_was_never_answered_has_no_figure(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat"])
    assert headlines(run, figures(store, run)) == [Headline("WER", [None, None])]

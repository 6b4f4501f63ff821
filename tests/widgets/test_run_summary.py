"""The figures that stand for a run."""

from typing import Any

import pytest

from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.widgets.compare.run_summary import figures_of
from tests.evaluation.conftest import BASE, TINY, heard

ITEMS = [Item("a", "the cat sat"), Item("b", "hello")]
JAPANESE = Item("c", "今日は晴れ", "japanese")


def told(
    store: RunStore,
    items: list[Item],
    measured: list[Measurement],
    kind: RunKind = RunKind.ACCURACY,
    **conditions: Any,
) -> dict[str, str]:
    run = store.begin(kind, "a run", (BASE, TINY), items, Conditions(**conditions), 2 * len(items))
    store.add(run.id, measured)
    store.end(run.id, RunStatus.DONE)
    return {label: text.replace("\N{NO-BREAK SPACE}", " ") for label, text in figures_of(store.run(run.id))}


def test_an_accuracy_run_is_headed_by_its_pooled_rates(store: RunStore) -> None:
    measured = [heard(0, 0, "the hat sat"), heard(0, 1, "Hello!"), heard(1, 1, "hi")]
    rates = "whisper-base 25.00 %, whisper-tiny-en 100.00 %"
    assert told(store, ITEMS, measured) == {"Word error rate": rates}


def test_languages_of_both_sorts_give_both_rates(store: RunStore) -> None:
    measured = [heard(0, 0, "the hat sat"), heard(0, 1, "今日は雨")]
    assert told(store, [ITEMS[0], JAPANESE], measured) == {
        "Word error rate": "whisper-base 33.33 %, whisper-tiny-en",
        "Character error rate": "whisper-base 40.00 %, whisper-tiny-en",
    }
    assert list(told(store, [JAPANESE], measured[1:0])) == ["Word error rate"]
    assert list(told(store, [JAPANESE], [heard(0, 0, "今日は雨")])) == ["Character error rate"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [((1, 2), {"Mean latency": "2.00 s"}), ((2,), {"Mean latency, 2 at once": "9.00 s"})],
)
def test_a_latency_run_is_headed_by_its_means_at_the_lowest_concurrency(
    store: RunStore, steps: tuple[int, ...], expected: dict[str, str]
) -> None:
    times = [(step, seconds) for step, seconds in ((1, 1.0), (1, 3.0), (2, 9.0)) if step in steps]
    measured = [heard(0, 0, "Hi.", seconds, concurrency=step) for step, seconds in times]
    failed = Measurement(1, 0, 0.0, 1.0, error="ModelFailedError")
    found = told(store, [Item("a")], [*measured, failed], RunKind.LATENCY, concurrency=steps)
    assert found == {label: f"whisper-base {mean}, whisper-tiny-en" for label, mean in expected.items()}


def test_what_was_never_answered_has_no_figure(store: RunStore) -> None:
    assert told(store, ITEMS, []) == {"Word error rate": "whisper-base, whisper-tiny-en"}


def test_a_run_that_goes_on_has_its_endpoints_alone(store: RunStore) -> None:
    run: Run = store.begin(RunKind.ACCURACY, "a run", (BASE, TINY), ITEMS, Conditions(), 4)
    assert figures_of(run) == [("Endpoints", "whisper-base, whisper-tiny-en")]

"""Accuracy against latency and cost on the screen, from runs in a store."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from components.evaluation.results.run_figures import figures
from components.evaluation.results.tradeoff import comparisons
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunStore
from components.widgets.compare.tradeoff_chart import AXES, rows_of
from tests.widgets.compare_driver import again, draw, said, table

LARGE = System("large", "AWS", "eu-west-1", "whisper-large", "ml.g5.2xlarge", 1, usd_per_hour=2.0)
BASE = System("base", "AWS", "eu-west-1", "whisper-base", "ml.g5.2xlarge", 1, usd_per_hour=2.0)
TINY = System("tiny", "This computer", "local", "whisper-tiny")
ITEMS = [Item("u0", "the cat sat", seconds=2.0), Item("u1", "on the mat", seconds=2.0)]
HEARD = {"large": "the cat sat", "base": "the cat sad", "tiny": "the hat sad"}

Make = Callable[..., Run]


def show(store: "RunStore") -> None:
    from components.widgets.compare.tradeoff_view import show_tradeoff  # noqa: PLC0415 - runs as a script

    show_tradeoff(store)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def make(store: RunStore) -> Make:
    """Makes a run in which each request of a system takes so many seconds."""

    def make(
        kind: RunKind,
        systems: Sequence[System],
        seconds: Sequence[float],
        status: RunStatus = RunStatus.DONE,
        **conditions: Any,
    ) -> Run:
        asked = Conditions(**{"dataset": "Mats", "selection": "all", "digest": "d"} | conditions)
        run = store.begin(kind, "name", systems, ITEMS, asked, len(systems) * len(ITEMS))
        for number, (system, time) in enumerate(zip(systems, seconds, strict=True)):
            texts = (HEARD[system.endpoint], "on the mat")
            store.add(
                run.id,
                [Measurement(number, item, item * time, time, (text,)) for item, text in enumerate(texts)],
            )
        store.end(run.id, status)
        return store.run(run.id)

    return make


def test_without_runs_it_says_what_is_missing_and_leads_there(store: RunStore) -> None:
    app = draw(show, store=store)
    assert "Nothing has been measured" in said(app)
    app.button(key="compare_open_Latency_None").click()
    assert again(app).session_state["view"] == "Latency"


def test_with_latency_alone_it_says_that_accuracy_is_missing(store: RunStore, make: Make) -> None:
    make(RunKind.LATENCY, [BASE], [1.0])
    assert "no accuracy run" in said(draw(show, store=store))


@pytest.mark.parametrize("status", [RunStatus.CANCELLED, RunStatus.FAILED])
def test_what_was_not_measured_to_the_end_counts_nowhere(
    store: RunStore, make: Make, status: RunStatus
) -> None:
    make(RunKind.ACCURACY, [BASE], [1.0], status)
    assert "Nothing has been measured" in said(draw(show, store=store))


def test_the_table_joins_both_and_marks_the_front(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [LARGE, BASE, TINY], [2.0, 1.0, 1.5])
    make(RunKind.LATENCY, [LARGE, BASE, TINY], [0.5, 0.25, 0.75], dataset="clip")
    rows = table(draw(show, store=store)).set_index("endpoint")
    assert rows["rate"].round(2).to_dict() == {"large": 0.0, "base": 16.67, "tiny": 33.33}
    assert rows["latency"].to_dict() == {"large": 0.5, "base": 0.25, "tiny": 0.75}
    assert rows["front"].to_dict() == {"large": True, "base": True, "tiny": False}
    assert rows["timed"]["base"] == "u1, 2.0 s, mean of 1"


def test_what_left_too_much_unanswered_is_not_on_the_front(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [BASE], [1.0])
    run = store.begin(RunKind.ACCURACY, "short", [LARGE], ITEMS, Conditions(dataset="Mats", digest="d"), 2)
    store.add(run.id, [Measurement(0, 0, 0.0, 0.1, ("the cat sat",))])
    store.end(run.id, RunStatus.DONE)
    app = draw(show, store=store)
    rows = table(app).set_index("endpoint")
    assert rows["rate"]["large"] < rows["rate"]["base"]
    assert rows["front"].to_dict() == {"large": False, "base": True}
    assert any("Not every utterance was answered" in warning.value for warning in app.warning)


def test_the_clip_whose_latency_is_shown_can_be_chosen(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [LARGE, BASE], [2.0, 1.0])
    make(RunKind.LATENCY, [BASE], [0.25], dataset="clip")
    app = draw(show, store=store)
    assert table(app).set_index("endpoint")["latency"].to_dict() == {"large": 2.0, "base": 1.0}
    app.selectbox(key="compare_tradeoff_clock").set_value("u1, 2.0 s")
    rows = table(again(app)).set_index("endpoint")
    assert rows["latency"]["base"] == 0.25
    assert "Not in the chart: large (its latency was not measured so" in said(app)


def test_the_chart_has_the_error_rate_upwards_and_the_axis_across(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [LARGE, BASE], [2.0, 1.0])
    (compared,) = comparisons(*figures(store, store.runs()[0]))
    rows = rows_of(compared.points(compared.clocks[0]), AXES["Latency"])
    assert [(row["endpoint"], row["across"], round(row["rate"], 2)) for row in rows] == [
        ("large", 2.0, 0.0),
        ("base", 1.0, 16.67),
    ]


def test_the_runs_can_be_opened(store: RunStore, make: Make) -> None:
    heard = make(RunKind.ACCURACY, [BASE, TINY], [1.0, 1.5])
    timed = make(RunKind.LATENCY, [BASE, TINY], [0.25, 0.5])
    app = draw(show, store=store)
    for view, run in (("Accuracy", heard), ("Latency", timed)):
        app.button(key=f"compare_open_{view}_{run.id}").click()
        again(app)
        assert app.session_state["view"] == view
        assert app.session_state["compare_chosen_runs"][view] == run.id


def test_against_cost_only_what_has_a_price_is_drawn(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [BASE, TINY], [1.0, 1.5])
    app = draw(show, store=store)
    assert "Not in the chart" not in said(app)
    app.segmented_control(key="compare_tradeoff_axis").set_value("Cost")
    again(app)
    assert "Not in the chart: tiny" in said(app)
    rows = table(app).set_index("endpoint")
    # Two requests of 1 s for 4 s of audio at 2 USD an hour.
    assert rows["cost"]["base"] == pytest.approx(1.0)
    assert rows["front"].to_dict() == {"base": True, "tiny": False}


def test_without_any_price_the_chart_says_so(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [TINY], [1.0])
    app = draw(show, store=store)
    app.segmented_control(key="compare_tradeoff_axis").set_value("Cost")
    assert "No endpoint can be drawn: only endpoints on AWS have a price." in said(again(app))
    assert not [button for button in app.button if button.label.startswith("Measure")]


def test_a_latency_that_is_missing_can_be_measured(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [BASE], [1.0], concurrency=(2,))
    make(RunKind.ACCURACY, [TINY], [1.0])
    app = draw(show, store=store)
    assert "Not in the chart: base (its latency was not measured so, one request at a time)" in said(app)
    app.segmented_control(key="compare_tradeoff_axis").set_value("Cost")
    assert "tiny (only endpoints on AWS have a price)" in said(again(app))
    assert app.button(key="compare_open_Latency_None").label == "Measure latency"


def test_the_caption_tells_whose_latency_it_is(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [BASE], [1.0])
    assert "Latency of: utterances of Mats, 2.0 s on average." in said(draw(show, store=store))
    make(RunKind.LATENCY, [BASE], [0.25])
    told = said(draw(show, store=store))
    assert "Filled points are on the Pareto front" in told
    assert "Latency of: u1, 2.0 s." in told


def test_a_digest_tells_those_apart_that_read_the_same(store: RunStore, make: Make) -> None:
    for dataset, digest in (("Mats", "d" * 16), ("Mats", "e" * 16), ("Calls", "f" * 16)):
        make(RunKind.ACCURACY, [BASE], [1.0], dataset=dataset, digest=digest)
    choice = draw(show, store=store).selectbox(key="compare_tradeoff_dataset")
    assert [option.partition(" endpoint")[2] for option in choice.options] == ["", " · eeeeee", " · dddddd"]


def test_numbers_on_the_axes_are_short(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [LARGE], [0.056415])
    (chart,) = draw(show, store=store).get("vega_lite_chart")
    axes = [encoding["axis"] for encoding in _encodings(json.loads(chart.proto.spec)) if "axis" in encoding]
    assert axes
    assert {axis["format"] for axis in axes} == {".3~g"}


def _encodings(spec: dict[str, Any]) -> list[dict[str, Any]]:
    layers = [layer for outer in spec["layer"] for layer in outer.get("layer", [outer])]
    return [encoding for layer in layers for encoding in layer["encoding"].values()]


def test_only_the_same_data_is_compared(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [BASE, TINY], [1.0, 1.5])
    make(RunKind.ACCURACY, [LARGE], [2.0], dataset="Calls", digest="e")
    app = draw(show, store=store)
    assert set(table(app)["endpoint"]) == {"base", "tiny"}
    choice = app.selectbox(key="compare_tradeoff_dataset")
    choice.set_value(next(option for option in choice.options if option.startswith("Calls")))
    assert set(table(again(app))["endpoint"]) == {"large"}


def test_two_settings_of_an_endpoint_are_two_points(store: RunStore, make: Make) -> None:
    make(RunKind.ACCURACY, [BASE], [1.0], parameters={"num_beams": 5})
    make(RunKind.ACCURACY, [BASE], [0.5])
    rows = table(draw(show, store=store)).set_index("endpoint")
    assert rows["latency"].to_dict() == {"base · num_beams=5": 1.0, "base · no parameters": 0.5}

"""Two runs of the history side by side."""

import pytest
from streamlit.testing.v1 import AppTest

from components.evaluation.runs.records import Run, RunKind
from components.evaluation.runs.run_store import RunStore
from tests.pages.driver import is_shown, run, shown, widget
from tests.widgets.history_driver import BASE, SAID, TINY, Make, open_history


def choose_two(app: AppTest, first: Run, second: Run) -> AppTest:
    app.selectbox(key="compare_first").set_value(first.id)
    run(app).selectbox(key="compare_second").set_value(second.id)
    return run(app)


def test_two_accuracy_runs_side_by_side(make: Make) -> None:
    first = make("greedy", (SAID[0], "on a hat"))
    second = make("beams", SAID, parameters={"num_beams": 5}, systems=(TINY,))
    app = choose_two(open_history(), first, second)
    figures, compared = (table.value for table in widget(app, "compare_two").dataframe)
    assert figures["run"].tolist() == ["A", "B"]
    assert figures["WER %"].tolist() == pytest.approx([100 / 3, 0.0])
    (pair,) = compared.to_dict("records")
    assert (pair["A"], pair["B"], pair["utterances"]) == ("whisper-base", "whisper-tiny-en", 2)
    assert pair["gain"] == pytest.approx(100 / 3)
    # Only draws without the second utterance see no difference: a quarter, half of which counts.
    assert 85 < float(pair["better"].split()[0]) < 90
    differed = widget(app, "compare_two").table[0].value.to_numpy().tolist()
    assert ["Parameter num\\_beams", "none", "5"] in differed


def test_runs_of_the_same_name_are_told_apart_by_what_was_measured_and_how(make: Make) -> None:
    for systems, parameters in (((TINY,), {}), ((BASE,), {}), ((BASE,), {"num_beams": 5})):
        make("mats", SAID, systems=systems, parameters=parameters)
    offered = [
        option.rpartition(" · ")[0] for option in open_history().selectbox(key="compare_first").options
    ]
    assert offered == ["mats · whisper-base · num_beams=5", "mats · whisper-base", "mats · whisper-tiny-en"]


def test_runs_over_other_utterances_have_no_verdict(make: Make) -> None:
    runs = make("one", SAID), make("other", SAID, digest="another")
    app = choose_two(open_history(), *runs)
    box = widget(app, "compare_two")
    assert len(box.dataframe) == 1
    assert "did not hear the same" in str(box.info[0].proto)


def test_two_latency_runs_side_by_side(make: Make) -> None:
    runs = [make(name, ("Hi.",), kind=RunKind.LATENCY, dataset="a.wav") for name in ("one", "other")]
    make("another kind", SAID)
    app = choose_two(open_history(), *runs)
    # A run of another kind is not offered as the second.
    assert len(app.selectbox(key="compare_second").options) == 1
    (table,) = widget(app, "compare_two").dataframe
    assert table.value["mean"].tolist() == [0.5, 0.5]
    assert "same conditions" in shown(app, "compare_two")


def test_what_can_not_be_compared_is_not_offered(make: Make) -> None:
    make("alone", SAID)
    make("alone too", ("Hi.",), kind=RunKind.LATENCY)
    assert not is_shown(open_history(), "compare_two")


def test_a_compared_run_may_be_deleted(make: Make, store: RunStore) -> None:
    one, two, _three = (make(name, SAID) for name in ("one", "two", "three"))
    app = choose_two(open_history(), one, two)
    store.delete(two.id)
    run(app)
    assert app.selectbox(key="compare_second").value is None
    assert app.selectbox(key="compare_first").value == one.id

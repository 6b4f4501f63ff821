"""The view History, with runs that stand in the store already."""

import pytest

from components.evaluation.runs.records import RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.widgets.compare.history import _PAGE
from tests.pages.driver import is_shown, run, shown, widget
from tests.widgets.history_driver import BASE, SAID, TINY, Make, names, open_history, press


def test_without_runs_it_says_how_to_get_some(store: RunStore) -> None:
    app = open_history()
    assert "python -m components.cli wer" in app.info[0].value
    assert not is_shown(app, "compare_history_search")


def test_the_newest_run_stands_first_with_its_figures(make: Make) -> None:
    old = make("first *run*", (SAID[0], "on the hat"), ("a cat sat", None), systems=(BASE, TINY))
    make("second run", SAID)
    app = open_history()
    assert names(app) == ["second run", "first *run*"]
    told = shown(app, f"row_{old.id}")
    assert "Word error rate" in told
    assert "whisper-base 16.67 %, whisper-tiny-en 33.33 %" in told
    assert "Mats, all 2 utterances" in told
    assert "accuracy" in told


def test_a_latency_run_is_told_by_its_mean(make: Make) -> None:
    made = make("clip", ("Hi.", None), kind=RunKind.LATENCY, dataset="a.wav", selection="")
    told = shown(open_history(), f"row_{made.id}")
    assert "Mean latency" in told
    assert "whisper-base 0.50 s" in told
    assert "Clip" in told


@pytest.mark.parametrize("status", [RunStatus.CANCELLED, RunStatus.FAILED])
def test_what_ended_early_tells_how_much_was_measured(make: Make, status: RunStatus) -> None:
    made = make("short", ("the cat sat",), status=status)
    told = shown(open_history(), f"row_{made.id}")
    assert "1 of 2 requests were measured." in told
    assert f"-badge[{status.value}]" in told


def test_a_run_of_another_process_is_followed_until_it_ends(make: Make, store: RunStore) -> None:
    made = make("elsewhere", ("the cat sat",), status=None)
    app = open_history()
    (progress,) = app.get("progress")
    assert (progress.proto.text, progress.proto.value) == ("1 of 2 requests", 50)
    assert not is_shown(app, f"compare_delete_{made.id}")
    assert "Word error rate" not in shown(app, f"row_{made.id}")
    store.end(made.id, RunStatus.DONE)
    run(app)
    assert not app.get("progress")
    assert "whisper-base 0.00 %" in shown(app, f"row_{made.id}")


def test_the_list_can_be_searched_and_narrowed(make: Make) -> None:
    make("noisy room", SAID)
    make("quiet room", SAID, systems=(TINY,))
    make("clip", ("Hi.",), kind=RunKind.LATENCY, dataset="a.wav")
    app = open_history()
    app.text_input(key="compare_history_search").set_value("ROOM tiny")
    assert names(run(app)) == ["quiet room"]
    app.text_input(key="compare_history_search").set_value("")
    widget(app, "compare_history_kind").set_value("Latency")
    assert names(run(app)) == ["clip"]
    app.text_input(key="compare_history_search").set_value("room")
    assert "No run fits" in run(app).info[0].value


def test_the_search_is_still_there_after_a_run_was_looked_at(make: Make) -> None:
    made = make("noisy room", SAID)
    make("clip", ("Hi.",), kind=RunKind.LATENCY, dataset="a.wav")
    app = open_history()
    app.text_input(key="compare_history_search").set_value("noisy")
    widget(app, "compare_history_kind").set_value("Accuracy")
    press(press(run(app), f"compare_open_{made.id}"), "compare_back")
    assert app.text_input(key="compare_history_search").value == "noisy"
    assert widget(app, "compare_history_kind").value == "Accuracy"
    assert names(app) == ["noisy room"]


def test_an_opened_run_of_another_process_is_followed_until_it_ends(make: Make, store: RunStore) -> None:
    made = make("elsewhere", ("the cat sat",), status=None)
    app = open_history(view="History", run=made.id)
    (progress,) = app.get("progress")
    assert progress.proto.text == "1 of 2 requests"
    assert "redrawn when the run has ended" in " ".join(caption.value for caption in app.caption)
    store.end(made.id, RunStatus.DONE)
    run(app)
    assert not app.get("progress")
    assert "redrawn" not in " ".join(caption.value for caption in app.caption)


def test_a_long_list_comes_in_parts(make: Make) -> None:
    for number in range(_PAGE + 3):
        make(f"run {number}", SAID)
    app = open_history()
    assert len(names(app)) == _PAGE
    assert app.button(key="compare_more").label == "Show more (3)"
    press(app, "compare_more")
    assert len(names(app)) == _PAGE + 3
    assert not is_shown(app, "compare_more")


def test_a_run_is_opened_and_closed_and_the_address_says_so(make: Make) -> None:
    made = make("mine", (SAID[0], "on the hat"))
    make("other", SAID)
    app = press(open_history(), f"compare_open_{made.id}")
    assert app.query_params["run"] == made.id
    assert "mine" in [heading.value for heading in app.subheader]
    assert is_shown(app, f"compare_csv_{made.id}")
    press(app, "compare_back")
    assert "run" not in app.query_params
    assert names(app) == ["other", "mine"]


def test_a_link_opens_a_run_and_a_wrong_one_says_so(make: Make) -> None:
    made = make("mine", SAID)
    assert "mine" in [heading.value for heading in open_history(view="History", run=made.id).subheader]
    app = open_history(view="History", run="gone")
    assert "The link asks for the run gone, which is not here" in app.warning[0].value.replace("\\", "")
    assert names(app) == ["mine"]


def test_renaming(make: Make, store: RunStore) -> None:
    made = make("mine", SAID)
    app = press(open_history(), f"compare_rename_{made.id}")
    field = app.text_input(key=f"compare_name_{made.id}")
    assert field.value == "mine"
    field.set_value(" better name ")
    press(app, "compare_confirm")
    assert names(app) == ["better name"]
    assert not is_shown(app, "compare_confirm")
    press(app, f"compare_rename_{made.id}")
    app.text_input(key=f"compare_name_{made.id}").set_value("not this one")
    press(app, "compare_keep")
    assert store.run(made.id).name == "better name"


def test_a_run_cant_be_without_a_name(make: Make, store: RunStore) -> None:
    made = make("mine", SAID)
    app = press(open_history(), f"compare_rename_{made.id}")
    app.text_input(key=f"compare_name_{made.id}").set_value("  ")
    press(app, "compare_confirm")
    assert "A run needs a name." in shown(app, "compare_question_error")
    assert store.run(made.id).name == "mine"


def test_parameters_stand_with_the_run(make: Make) -> None:
    plain, asked = make("one", SAID), make("two", SAID, parameters={"num_beams": 5})
    app = open_history()
    assert "Parameters" not in shown(app, f"row_{plain.id}")
    assert "num_beams=5" in shown(app, f"row_{asked.id}")


def test_deleting_asks_once(make: Make, store: RunStore) -> None:
    made, other = make("mine", SAID), make("other", SAID)
    app = press(open_history(), f"compare_delete_{made.id}")
    assert app.button(key="compare_confirm").proto.type == "secondary"
    press(app, "compare_keep")
    assert len(store.runs()) == 2
    press(press(app, f"compare_delete_{made.id}"), "compare_confirm")
    assert [left.id for left in store.runs()] == [other.id]
    assert names(app) == ["other"]


def test_a_read_only_portal_deletes_nothing(
    make: Make, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make("mine", SAID)
    app = press(open_history(), f"compare_delete_{made.id}")
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    press(app, "compare_confirm")
    assert "read-only" in shown(app, "compare_question_error")
    assert len(store.runs()) == 1
    assert not is_shown(open_history(), f"compare_delete_{made.id}")
    assert not is_shown(open_history(), f"compare_rename_{made.id}")

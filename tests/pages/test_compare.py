"""The page Compare as a whole: its views, its addresses, what it says where something is missing."""

import pytest

from components.core.settings import Settings
from components.evaluation.results.scores import SystemScore
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.records import Conditions, Item, Measurement, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.targets.target import Target
from components.widgets.compare import run_cache as compare_store
from tests.pages.compare_driver import SYSTEMS, kept_run
from tests.pages.driver import (
    COMPARE,
    error,
    is_shown,
    open_compare,
    open_home,
    open_page,
    run,
    shown,
    widget,
)


@pytest.mark.parametrize("view", ["Published", "Accuracy", "Latency", "Trade-off", "History"])
def test_every_view_opens_by_its_address_and_says_what_is_not_there_yet(store: RunStore, view: str) -> None:
    app = open_compare(view)
    assert app.session_state["view"] == view
    assert app.query_params["view"] == view
    if view != "Published":
        assert [info.value for info in app.info]


def test_an_unknown_view_is_named_and_the_first_one_shown(store: RunStore) -> None:
    app = open_compare("Nonsense")
    assert app.session_state["view"] == "Published"
    assert "asks for the view Nonsense" in shown(app, "link_notes")


def test_a_link_opens_a_run_with_its_rates_and_its_raw_texts_as_text(store: RunStore) -> None:
    kept = kept_run(store)
    app = open_compare("Accuracy", run=kept.id)
    assert "nightly" in shown(app, f"compare_heading_{kept.id}")
    table = app.dataframe[0].value
    assert list(table["endpoint"]) == ["whisper-base", "<b>tiny</b>"]
    assert list(table["WER %"]) == [0.0, pytest.approx(25.0)]
    assert list(table["words"]) == [4, 4]
    assert "characters" not in table
    verdict = next(text.value for text in app.markdown if "makes fewer word errors" in text.value)
    assert "whisper\\-base" in verdict
    assert "\\<b\\>tiny" in verdict
    html = " ".join(str(block.proto.body) for block in app.get("html"))
    assert "<i>red" not in html


def test_characters_are_called_so_and_no_published_word_error_rate_stands_beside_them(
    store: RunStore,
) -> None:
    items = [Item("one", "今天天气", "chinese", 2.0)]
    kept = store.begin(RunKind.ACCURACY, "signs", SYSTEMS[:1], items, Conditions(dataset="Signs"), 1)
    store.add(kept.id, [Measurement(0, 0, 1000.0, 0.5, (" 今天天汽",))])
    store.end(kept.id, RunStatus.DONE)
    app = open_compare("Accuracy", run=kept.id)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["CER %"], row["characters"]) == (25.0, 4)
    assert not {"WER %", "words", "published"} & row.keys()
    assert "Grey marks" not in " ".join(caption.value for caption in app.caption)


def test_the_resamples_are_drawn_once_and_not_with_every_run_of_the_script(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def probability(a: SystemScore, b: SystemScore, unit: Unit) -> float:
        assert unit is Unit.WORDS
        asked.append(a.system - b.system)
        return 0.75

    monkeypatch.setattr(compare_store, "probability_better", probability)
    kept = kept_run(store)
    app = run(open_compare("Accuracy", run=kept.id))
    assert asked == [-1]
    assert any("probability of 75.0 %" in text.value for text in app.markdown)
    widget(app, f"compare_normalizer_{kept.id}").set_value("none")
    run(app)
    assert asked == [-1, -1]


def test_a_run_is_scored_anew_without_asking_an_endpoint(store: RunStore) -> None:
    kept = kept_run(store)
    app = open_compare("Accuracy", run=kept.id)
    widget(app, f"compare_normalizer_{kept.id}").set_value("none")
    run(app)
    # "<i>red</i>" is another word now, and was none of its own before.
    assert list(app.dataframe[0].value["WER %"]) == [0.0, pytest.approx(50.0)]


def test_a_link_to_a_run_alone_opens_it_in_the_history(store: RunStore) -> None:
    kept = kept_run(store)
    app = open_page(COMPARE, run=kept.id)
    assert app.session_state["view"] == "History"
    assert "nightly" in shown(app, f"compare_heading_{kept.id}")


def test_a_run_that_somebody_deletes_while_it_is_shown_is_not_swapped_in_silence(store: RunStore) -> None:
    kept_run(store, name="older")
    shown_run = kept_run(store)
    app = open_compare("Accuracy", run=shown_run.id)
    store.delete(shown_run.id)
    assert any("Somebody has deleted the run" in info.value for info in run(app).info)
    assert not any("deleted" in info.value for info in run(app).info)


def test_the_verdict_says_over_how_many_utterances_and_the_table_what_was_not_asked(store: RunStore) -> None:
    items = [Item(name, "the red car", seconds=2.0) for name in "abc"]
    kept = store.begin(RunKind.ACCURACY, "short", SYSTEMS, items, Conditions(dataset="Things"), 6)
    answers = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    texts = [Measurement(s, i, 1000.0, 0.5, ("the red car" if s else "the red cat",)) for s, i in answers]
    store.add(kept.id, texts)
    store.end(kept.id, RunStatus.DONE, "tiny was given up.")
    app = open_compare("Accuracy", run=kept.id)
    assert any("over the 2 utterances that both answered" in text.value for text in app.markdown)
    unsent = app.dataframe[0].value["unsent"]
    assert unsent.isna().tolist() == [True, False]
    assert unsent[1] == 1


def test_a_link_to_a_run_that_is_gone_says_so(store: RunStore) -> None:
    app = open_compare("History", run="0123456789ab")
    assert "asks for the run 0123456789ab" in shown(app, "link_notes")


def test_runs_that_cant_be_read_are_one_clear_error(
    portal: Target, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    broken = tmp_path_factory.mktemp("broken") / "runs.sqlite3"
    broken.write_text("no database at all, but long enough to be looked at " * 20)
    monkeypatch.setattr("components.widgets.compare.chosen_run.run_store", lambda: RunStore(broken.parent))
    app = open_compare("History")
    assert "are damaged" in error(app, "compare_error")


def test_the_front_page_shows_the_last_run_and_leads_to_it(store: RunStore) -> None:
    assert not is_shown(open_home(), "last_run")
    kept_run(store, name="older")
    kept_run(store, name="newest")
    app = open_home()
    assert "newest" in shown(app, "last_run")
    assert "whisper-base 0.00 %" in shown(app, "last_run")
    assert "older" not in shown(app, "last_run")


def test_a_broken_history_does_not_take_the_front_page_down(
    portal: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Settings().data_dir / "file"
    nowhere.parent.mkdir(parents=True, exist_ok=True)
    nowhere.touch()
    monkeypatch.setattr("components.widgets.compare.run_summary.run_store", lambda: RunStore(nowhere))
    app = open_home()
    assert "can't be read" in error(app, "last_run_error")
    assert is_shown(app, "target_local")

import csv
import io
import json
from dataclasses import replace
from typing import Any

from components.evaluation.results.exports import as_csv, as_jsonl
from components.evaluation.runs.records import Measurement, RunKind
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import Begin, heard

FAILED = Measurement(0, 1, 1001.5, 0.2, error="ModelFailedError", message="It failed.", request_id="r-1")


def lines(store: RunStore, run_id: str) -> list[dict[str, Any]]:
    text = as_jsonl(store.run(run_id), store.items(run_id), store.measurements(run_id))
    return [json.loads(line) for line in text.splitlines()]


def rows(store: RunStore, run_id: str, normalizer: str | None = None) -> list[dict[str, str]]:
    text = as_csv(store.run(run_id), store.items(run_id), store.measurements(run_id), normalizer)
    return list(csv.DictReader(io.StringIO(text)))


def test_jsonl_has_the_run_and_then_each_request_as_it_came(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat", "a\nb"], parameters={"num_beams": 2}, notes=("one clip is missing",))
    answer = replace(heard(0, 0, "The cat."), texts=(" The cat.", " The hat."))
    store.add(run.id, [answer, FAILED])
    store.note(run.id, "container", {"p50": 0.1})
    first, one, two = lines(store, run.id)
    assert (first["type"], first["id"], first["kind"], first["planned"]) == ("run", run.id, "accuracy", 4)
    assert [system["endpoint"] for system in first["systems"]] == ["whisper-base", "whisper-tiny-en"]
    assert first["conditions"]["parameters"] == {"num_beams": 2}
    assert first["conditions"]["notes"] == ["one clip is missing"]
    assert first["extras"] == {"container": {"p50": 0.1}}
    assert (one["type"], one["endpoint"], one["model"], one["item"]) == (
        "measurement",
        "whisper-base",
        "whisper-base",
        "u0",
    )
    # The text as sent, with the space that it begins with.
    assert (one["text"], one["alternatives"]) == (" The cat.", [" The hat."])
    assert (one["reference"], one["language"], one["clip_seconds"]) == ("the cat", "english", 2.0)
    assert (one["started"], one["seconds"]) == ("1970-01-01T00:16:40+00:00", 1.0)
    assert (two["error"], two["message"], two["request_id"], two["text"]) == (
        "ModelFailedError",
        "It failed.",
        "r-1",
        None,
    )


def test_the_csv_of_an_accuracy_run_counts_the_errors_of_each_answer(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat sat", "hello"])
    store.add(run.id, [heard(0, 0, "The hat."), FAILED])
    one, two = rows(store, run.id)
    counts = ("in reference", "substitutions", "deletions", "insertions", "unit", "normalizer")
    assert [one[name] for name in counts] == ["3", "1", "1", "0", "words", "whisper"]
    assert float(one["error rate %"]) == 100 * 2 / 3
    assert (one["text"], one["reference"]) == ("The hat.", "the cat sat")
    assert [two[name] for name in counts] == [""] * 6
    assert (two["error"], two["text"], two["warm-up"]) == ("ModelFailedError", "", "no")


def test_the_csv_can_be_scored_with_another_normalizer(store: RunStore, begin: Begin) -> None:
    run = begin(["The cat"])
    store.add(run.id, [heard(0, 0, "the cat")])
    assert [rows(store, run.id, name)[0]["error rate %"] for name in (None, "none")] == ["0.0", "50.0"]
    assert rows(store, run.id, "none")[0]["normalizer"] == "none"


def test_characters_are_told_from_words(store: RunStore, begin: Begin) -> None:
    run = begin(["今日は晴れ"], language="japanese")
    store.add(run.id, [heard(0, 0, "今日は雨")])
    (row,) = rows(store, run.id)
    assert (row["unit"], row["in reference"]) == ("characters", "5")


def test_the_csv_of_a_latency_run_has_no_scores(store: RunStore, begin: Begin) -> None:
    run = begin([""], kind=RunKind.LATENCY)
    store.add(run.id, [heard(0, 0, "Hello.", 0.25, concurrency=4, warm_up=True, retries=1)])
    (row,) = rows(store, run.id)
    assert (row["seconds"], row["requests at once"], row["warm-up"], row["retries"]) == (
        "0.25",
        "4",
        "yes",
        "1",
    )
    assert "error rate %" not in row


def test_a_spreadsheet_runs_nothing_of_it(store: RunStore, begin: Begin) -> None:
    run = begin(['=HYPERLINK("http://x")'])
    store.add(run.id, [heard(0, 0, "@SUM(1)"), replace(FAILED, item=0, message="+1")])
    one, two = rows(store, run.id)
    assert (one["reference"], one["text"], two["message"]) == (
        '\'=HYPERLINK("http://x")',
        "'@SUM(1)",
        "'+1",
    )


def test_an_empty_run_has_its_head(store: RunStore, begin: Begin) -> None:
    run = begin()
    assert [line["type"] for line in lines(store, run.id)] == ["run"]
    assert rows(store, run.id) == []

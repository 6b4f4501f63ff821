"""What every opened run ends with: its conditions and its files."""

import json
from collections.abc import Callable

import pytest
import streamlit as st

from components.evaluation.runs.run_store import RunStore
from components.widgets.compare.run_frame import show_downloads
from tests.pages.driver import widget
from tests.widgets.history_driver import SAID, Make, open_history


def test_all_conditions_stand_in_one_table(make: Make) -> None:
    made = make("mine", SAID, parameters={"num_beams": 5}, versions={"boto3": "1.44.5"})
    box = widget(open_history(view="History", run=made.id), f"compare_conditions_{made.id}")
    rows = dict(box.table[0].value.to_numpy().tolist())
    assert rows["Parameter num\\_beams"] == "5"
    assert rows["Version of boto3"] == "1\\.44\\.5"
    assert rows["Endpoints"] == "whisper\\-base"
    assert rows["Normalizer"] == "Whisper\\'s normalizer"
    assert rows["Run"] == made.id
    assert {"Begun", "Ended", "Data set", "Selection", "Digest of the data set", "Instances"} <= rows.keys()


def test_the_first_notes_on_the_data_set_are_told_and_the_others_counted(make: Make) -> None:
    made = make("mine", SAID, notes=tuple(f"clip {number} <b>is missing</b>" for number in range(25)))
    box = widget(open_history(view="History", run=made.id), f"compare_conditions_{made.id}")
    told = box.markdown[-1].value.replace("\\", "")
    assert told.startswith("- clip 0 <b>is missing</b>\n")
    assert told.endswith("- clip 19 <b>is missing</b>\n- And 5 more: the JSONL has them all.")


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What the buttons would save, by file name."""
    saved: dict[str, bytes] = {}

    def button(_label: str, data: Callable[[], bytes], name: str, *_: object, **__: object) -> None:
        saved[name] = data()

    monkeypatch.setattr(st, "download_button", button)
    return saved


def test_a_run_is_saved_as_jsonl_and_csv(make: Make, store: RunStore, files: dict[str, bytes]) -> None:
    made = make("mine", (SAID[0], "On the mat"))
    show_downloads(made, "none")
    jsonl, csv = files[f"accuracy-{made.id}.jsonl"], files[f"accuracy-{made.id}.csv"]
    lines = [json.loads(line) for line in jsonl.decode().splitlines()]
    assert [line["type"] for line in lines] == ["run", "measurement", "measurement"]
    assert lines[0]["name"] == "mine"
    # The mark tells Excel that this is UTF-8.
    assert csv.startswith(b"\xef\xbb\xbfendpoint,")
    header, *rows = csv.decode("utf-8-sig").splitlines()
    assert header.endswith("error rate %")
    assert [float(row.rpartition(",")[2]) for row in rows] == pytest.approx([0.0, 100 / 3])

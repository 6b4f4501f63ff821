"""Recordings of more than 30 s on the playground."""

import csv
import io
from threading import Event
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.endpoint_client.clip_job import ClipJob
from components.endpoint_client.long_job import LongJob
from components.transcript.export import FORMATS
from components.widgets.playground.shown_work import find
from tests.pages.conftest import Wire
from tests.pages.driver import (
    choose_sample,
    is_shown,
    open_playground,
    press_transcribe,
    run,
    set_number,
    shown,
    transcript,
)
from tests.pages.long_driver import FOX, finished, metrics, press


def test_a_long_recording_is_shown_with_its_length_and_can_be_sent(ready: AppTest) -> None:
    assert "talk.wav · 0:34" in shown(ready, "clip")
    assert "cut at pauses" in shown(ready, "clip")
    assert ready.container(key="clip").get("audio")[0].proto.url
    assert not ready.button(key="transcribe").disabled


def test_it_is_heard_whole_with_times_numbers_and_files(ready: AppTest, wire: Wire) -> None:
    wire.reply = None
    app = finished(press_transcribe(ready))
    segments = [text.value for text in app.container(key="long_segments").markdown]
    assert len(segments) == 4
    assert all("quick brown fox" in text for text in segments)
    times = [button.label for button in app.container(key="long_segments").button]
    assert times[0] == "0:00"
    assert times == sorted(times)
    assert metrics(app)["Audio length"] == "0:34"
    assert app.expander(key="long_text").code[0].value.count("fox") == 4
    assert not is_shown(app, "long_missing")
    files: list[Any] = list(app.get("download_button"))
    assert [button.label for button in files] == ["Text", "SRT", "VTT", "JSON", "CSV"]


def test_a_reload_finds_it_again(ready: AppTest, held: Event) -> None:
    app = press_transcribe(ready)
    other = open_playground(job=app.query_params["job"])
    assert is_shown(other, "long_progress")
    held.set()
    assert shown(finished(other), "long_segments").count("fox") == 4


def test_a_link_to_one_that_is_over_says_so(playground: AppTest) -> None:
    app = open_playground(job="0123456789ab")
    assert "asks for the job 0123456789ab" in shown(app, "link_notes")


def test_pressing_a_time_plays_from_there(ready: AppTest) -> None:
    app = finished(press_transcribe(ready))
    second = app.container(key="long_segments").button[1]
    minutes, seconds = map(int, second.label.split(":"))
    press(app, second.key or "")
    player = app.get("audio")[-1].proto
    assert (player.start_time, player.autoplay) == (60 * minutes + seconds, True)
    # Pressed once more it is another player, or it would not begin again.
    press(app, second.key or "")
    assert app.get("audio")[-1].proto.id != player.id


def test_while_one_is_under_way_no_other_is_started_beside_it(ready: AppTest, held: Event) -> None:
    app = press_transcribe(ready)
    assert app.button(key="transcribe").disabled
    assert "A transcription is under way: wait for it, or cancel it." in shown(app, "actions")
    press(app, "long_cancel")
    held.set()
    app = finished(app)
    assert not app.button(key="transcribe").disabled


def test_more_sequences_than_one_are_told_to_be_in_vain(ready: AppTest) -> None:
    app = set_number(ready, "num_return_sequences", 2)
    assert "Of each chunk the best sequence is kept" in shown(app, "actions")


def test_the_parameters_of_the_page_go_with_every_chunk(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" Words."]
    finished(press_transcribe(set_number(ready, "num_beams", 3)))
    assert len(wire.requests) == 4
    assert wire.payload["num_beams"] == 3


def test_markup_in_a_text_is_text(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" <b>bold</b> *not*"]
    app = finished(press_transcribe(ready))
    markup = app.container(key="long_segments").markdown[0].value
    assert "\\<b\\>bold" in markup
    assert "\\*not\\*" in markup


def test_a_short_clip_afterwards_is_shown_as_ever(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" Yes."]
    app = finished(press_transcribe(ready))
    press_transcribe(choose_sample(app))
    assert transcript(app) == "Yes."
    assert not is_shown(app, "long_segments")
    assert isinstance(find(app.query_params["job"]), ClipJob)


def test_the_files_hold_what_was_heard(ready: AppTest, wire: Wire) -> None:
    wire.reply = None
    app = finished(press_transcribe(ready))
    job = find(app.query_params["job"])
    assert isinstance(job, LongJob)
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].write(job.transcript), newline="")))
    assert [row["text"] for row in rows] == [FOX] * 4
    assert float(rows[3]["start"]) == pytest.approx(job.transcript.segments[3].start, abs=0.01)


def test_everything_has_a_label(ready: AppTest) -> None:
    app = finished(press_transcribe(ready))
    assert all(button.label.strip() for button in app.button)


def test_another_page_in_between_does_not_lose_it(ready: AppTest, held: Event) -> None:
    app = press_transcribe(ready)
    job = app.query_params["job"]
    run(app.switch_page("app.py"))
    held.set()
    run(app.switch_page("pages/playground.py"))
    assert app.query_params["job"] == job
    assert shown(finished(app), "long_segments").count("fox") == 4

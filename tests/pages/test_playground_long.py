"""Recordings of more than 30 s on the playground."""

import csv
import io
import re
from collections.abc import Iterator
from threading import Event
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.audio.decoding import Clip, read_clip
from components.core.errors import RequestRejectedError
from components.endpoint_client import EndpointClient
from components.endpoint_client.clip_job import ClipJob
from components.endpoint_client.long_job import LongJob
from components.transcript.export import FORMATS
from components.widgets.playground.long_audio import recording_view
from components.widgets.playground.shown_work import find
from tests.pages.conftest import Wire
from tests.pages.driver import (
    choose_sample,
    everything,
    is_shown,
    open_playground,
    press_transcribe,
    run,
    set_number,
    shown,
    speech,
    transcript,
    upload,
    wait_until,
)

FOX = "The quick brown fox jumps over the lazy dog."


@pytest.fixture(scope="module")
def talk() -> bytes:
    """Four sentences with long silence between them: four chunks in 34 s."""
    fox = read_clip(speech("en/quick_brown_fox.wav"), "").samples
    rest = np.zeros(34 * 16_000 - 4 * len(fox), np.int16)
    silence = np.array_split(rest, 4)
    # Each silence is of another length, so that no two chunks are cut alike.
    shifted = [silence[0][700:], silence[1][:-300], silence[2], np.concatenate((silence[3], rest[:1000]))]
    return Clip(np.concatenate([part for gap in shifted for part in (fox, gap)]), "talk.wav", "").wav()


@pytest.fixture
def ready(playground: AppTest, talk: bytes, wire: Wire) -> AppTest:
    """The recording is uploaded, and every chunk of it is answered with the sentence, until a test says otherwise."""
    wire.reply = [f" {FOX}"]
    return upload(playground, "talk.wav", talk)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """All requests but the first wait until the test lets them go on."""
    go_on, invoke, sent = Event(), EndpointClient._invoke, list[object]()

    def waiting(self: EndpointClient, *request: object) -> object:
        sent.append(request)
        assert len(sent) == 1 or go_on.wait(60)
        return invoke(self, *request)  # type: ignore[arg-type]

    monkeypatch.setattr(EndpointClient, "_invoke", waiting)
    yield go_on
    go_on.set()


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def finished(app: AppTest) -> AppTest:
    """The page when the job that it shows has ended."""
    job = find(app.query_params["job"])
    assert job
    job.wait()
    return run(app)


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.container(key="metrics").metric}


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


def test_it_shows_what_it_has_and_can_be_cancelled_and_taken_up_again(
    ready: AppTest, held: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of several chunks under way at once all would be answered.
    monkeypatch.setattr(recording_view, "usual_at_once", lambda _: 1)
    app = wait_until(press_transcribe(run(ready)), lambda app: "fox" in shown(app, "long_progress"))
    press(app, "long_cancel")
    assert app.button(key="long_cancel").disabled
    held.set()
    app = finished(app)
    missing = re.search(
        r"Nothing from 0:(\d\d) to the end at 0:34. It was cancelled.", shown(app, "long_missing")
    )
    assert missing
    assert 5 <= int(missing[1]) < 30
    assert metrics(app)["Audio length"] == "0:34"
    assert 1 <= shown(app, "long_segments").count("fox") < 4
    app = finished(press(app, "long_again"))
    assert shown(app, "long_segments").count("fox") == 4
    assert not is_shown(app, "long_missing")


def test_a_part_that_failed_is_a_gap_and_is_tried_again_alone(
    ready: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke, sent, broken = EndpointClient._invoke, list[object](), [True]

    def failing(self: EndpointClient, *request: object) -> object:
        sent.append(request)
        if len(sent) == 2 and broken:
            raise RequestRejectedError("The container *refused* it.", "Change it.")
        return invoke(self, *request)  # type: ignore[arg-type]

    monkeypatch.setattr(EndpointClient, "_invoke", failing)
    app = finished(press_transcribe(ready))
    assert "1 part could not be transcribed." in shown(app, "long_missing")
    assert "The container *refused* it. Change it." in shown(app, "long_segments")
    broken.clear()
    sent.clear()
    app = finished(press(app, "long_again"))
    assert len(sent) == 1
    assert shown(app, "long_segments").count("fox") == 4


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


def test_what_may_be_made_up_is_marked(ready: AppTest, wire: Wire) -> None:
    wire.reply = [" again and again and again and again and again"]
    app = finished(press_transcribe(ready))
    assert "Perhaps made up:" in shown(app, "long_segments")
    assert "times in a row or more" in shown(app, "long_segments")


def test_what_repeats_itself_can_be_tried_again_with_parameters_against_it(
    ready: AppTest, wire: Wire
) -> None:
    wire.reply = [" again and again and again and again and again"]
    app = finished(press_transcribe(ready))
    assert "Some of the text repeats itself" in shown(app, "long_missing")
    wire.reply = [" Cured."]
    wire.requests.clear()
    app = finished(press(app, "long_loops"))
    assert len(wire.requests) == 4
    assert wire.payload["no_repeat_ngram_size"] == 3
    assert shown(app, "long_segments").count("Cured.") == 4
    assert "no parameters set; 4 parts with no_repeat_ngram_size 3" in everything(app).replace("\\", "")
    assert not is_shown(app, "long_missing")


def test_what_repeats_itself_all_the_same_says_so_and_is_not_offered_again(
    ready: AppTest, wire: Wire
) -> None:
    wire.reply = [" again and again and again and again and again"]
    app = finished(press(finished(press_transcribe(ready)), "long_loops"))
    assert "another try with no_repeat_ngram_size 3 repeats itself as well" in shown(app, "long_segments")
    assert not is_shown(app, "long_missing")


def test_a_file_that_ends_early_is_told(playground: AppTest, talk: bytes) -> None:
    long = read_clip(talk, "").samples
    wav = Clip(np.concatenate((long, long)), "", "").wav()
    app = finished(press_transcribe(upload(playground, "half.wav", wav[: len(wav) // 2 + 20_000])))
    told = "The file ends at 0:34, but its header promises 1:08. It was cut off, or is damaged"
    assert told in shown(app, "long_missing")
    assert not is_shown(app, "long_again")


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


def test_where_nobody_speaks_the_page_says_so(playground: AppTest) -> None:
    silence = Clip(np.zeros(31 * 16_000, np.int16), "", "").wav()
    app = finished(press_transcribe(upload(playground, "silence.wav", silence)))
    assert any("Nobody speaks" in info.value for info in app.info)


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

"""The live microphone on the playground; the browser's part of it is in tests/e2e/test_live.py."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.audio.decoding import Samples
from components.core.errors import EndpointUnreachableError, PortalError
from components.live.recorder import Recorder
from components.transcript.export import FORMATS
from components.widgets.playground.live import microphone as widget_of_microphone
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
    transcript,
    wait_until,
)
from tests.pages.live_driver import FOX, PAUSE, speak, stopped


def test_the_text_appears_while_somebody_speaks_and_stays_with_its_files(live: AppTest) -> None:
    speak(live, FOX, PAUSE)
    app = wait_until(run(live), lambda app: "quick brown fox" in shown(app, "live-transcript"))
    assert app.query_params["job"]
    values = {metric.label: metric.value for metric in app.container(key="metrics").metric}
    assert values["Words"] == "9"
    assert values["Last delay"] == values["Median delay"] != "–"
    speak(app, FOX[:-4000])
    app = stopped(app)
    assert shown(app, "live-transcript").count("fox") == 2
    files: list[Any] = list(app.get("download_button"))
    assert [button.label for button in files] == ["Text", "SRT", "VTT", "JSON", "CSV", "WAV"]
    assert "Press Start, allow the microphone, and speak." in shown(app, "live-state")


def test_lost_audio_is_reported_while_somebody_speaks_and_with_the_transcript(
    live: AppTest, wire: Wire
) -> None:
    wire.reply = [" Words."]
    session = speak(live, FOX, PAUSE, lost=range(20, 40))
    app = wait_until(run(live), lambda app: "0.4 s of audio lost" in everything(app))
    app = stopped(app)
    assert "0.4 s of audio lost. The connection was interrupted" in shown(app, "long_missing")
    assert not any(button.key == "long_again" for button in app.button)
    assert "[Not whole: 0.4 s of audio lost.]" in FORMATS["txt"].write(session.transcript)
    assert json.loads(FORMATS["json"].write(session.transcript))["lost_seconds"] == 0.4


def test_a_reload_finds_it_again(live: AppTest) -> None:
    speak(live, FOX, PAUSE)
    app = stopped(run(live))
    assert "fox" in shown(open_playground(job=app.query_params["job"]), "live-transcript")


def test_pressing_a_time_plays_what_was_said(live: AppTest) -> None:
    speak(live, FOX, PAUSE)
    app = stopped(run(live))
    app.container(key="long_segments").button[0].click()
    assert run(app).get("audio")[-1].proto.autoplay


def test_where_nothing_was_said_the_page_says_so(live: AppTest, wire: Wire) -> None:
    speak(live, PAUSE)
    app = stopped(run(live))
    assert any("Nobody has said anything." in info.value for info in app.info)
    assert wire.requests == []


def test_parameters_may_change_while_it_runs(live: AppTest, wire: Wire) -> None:
    wire.reply = [" Words."]
    live.toggle(key="live_partials").set_value(False)
    speak(run(live), FOX, PAUSE)
    app = wait_until(run(live), lambda app: "Words." in shown(app, "live-transcript"))
    speak(set_number(app, "num_beams", 3), FOX, PAUSE)
    stopped(app)
    assert len(wire.requests) == 2
    assert wire.payload["num_beams"] == 3


def test_an_endpoint_that_fails_is_reported_with_what_happens_to_the_speech(
    live: AppTest, wire: Wire
) -> None:
    wire.error = ConnectionError("It is gone.")
    speak(live, FOX, PAUSE)
    app = wait_until(run(live), lambda app: is_shown(app, "live_error"))
    assert "ConnectionError" in shown(app, "live_error")
    stopped(app)


def test_what_failed_is_reported_and_may_be_tried_again(live: AppTest, wire: Wire) -> None:
    wire.error = EndpointUnreachableError("It is gone.", "Wait for it.")
    speak(live, FOX, PAUSE)
    app = stopped(run(live))
    assert "1 part could not be transcribed." in shown(app, "long_missing")
    wire.error, wire.reply = None, [" Words."]
    app.button(key="long_again").click()
    app = wait_until(run(app), lambda app: "Words" in everything(app))
    assert not is_shown(app, "long_missing")


def test_an_earlier_session_can_be_opened_again(live: AppTest, wire: Wire) -> None:
    wire.reply = [" Words."]
    first = speak(live, FOX, PAUSE)
    app = stopped(run(live))
    assert not is_shown(app, "live_earlier")
    wire.reply = [" Others."]
    second = speak(app, FOX, PAUSE)
    app = stopped(run(app))
    assert "Others." in shown(app, "live-transcript")
    app.button(key=f"live_earlier_{first.id}").click()
    app = run(app)
    assert "Words." in shown(app, "live-transcript")
    assert app.button(key=f"live_earlier_{second.id}").label == "0:03, 1 word"


def test_a_session_that_failed_is_not_taken_for_a_lost_connection(
    live: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_recorder: Recorder, _samples: Samples) -> None:
        raise PortalError("The disk is full.", "Make room.")

    monkeypatch.setattr(Recorder, "add", full)
    monkeypatch.setattr(widget_of_microphone, "_show_start", lambda _line: True)
    speak(live, FOX).wait(60)
    app = run(live)
    assert "The disk is full" in shown(app, "live_error")
    assert "Press Stop" in shown(app, "live-state")


def test_another_source_ends_it_at_once(live: AppTest, wire: Wire) -> None:
    wire.reply = [" Words."]
    session = speak(live, FOX, PAUSE)
    app = choose_sample(run(live))
    session.wait(60)
    assert not session.is_running
    assert "Words." in shown(run(app), "live-transcript")
    assert not app.button(key="transcribe").disabled


def test_a_sample_afterwards_is_transcribed_as_ever(live: AppTest, wire: Wire) -> None:
    speak(live, FOX, PAUSE)
    app = stopped(run(live))
    wire.reply = [" Yes."]
    press_transcribe(choose_sample(app))
    assert transcript(app) == "Yes."
    assert not is_shown(app, "live-transcript")

"""The live microphone on the playground; the browser's part of it is in tests/e2e/test_live.py."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit_webrtc.component
import streamlit_webrtc.shutdown
from streamlit.testing.v1 import AppTest

from components.audio.decoding import Samples, read_clip
from components.core.errors import EndpointUnreachableError, PortalError
from components.live import frame_queue
from components.live.microphone_line import MicrophoneLine
from components.live.recorder import Recorder
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings
from components.transcript.export import FORMATS
from components.widgets.common.work import work_registry
from components.widgets.playground.live import microphone as widget_of_microphone
from tests.endpoint_client.hearing import Client, said
from tests.live.frames import frames
from tests.pages.conftest import Wire
from tests.pages.driver import (
    AWS,
    Answer,
    choose_sample,
    choose_source,
    endpoint,
    everything,
    is_shown,
    open_playground,
    press_transcribe,
    run,
    set_number,
    shown,
    speech,
    transcript,
    wait_until,
    widget,
)

FOX = read_clip(speech("en/quick_brown_fox.wav"), "").samples
PAUSE = np.zeros(16_000, np.int16)


@pytest.fixture
def live(playground: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page with the microphone chosen; there is no browser that could start it."""
    # However long the test takes, the connection is not interrupted.
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 600)
    for module in (streamlit_webrtc.component, streamlit_webrtc.shutdown):
        monkeypatch.setattr(module, "get_this_session_info", lambda: None)
    return choose_source(playground, "Live")


def speak(app: AppTest, *parts: Samples, lost: range = range(0)) -> LiveSession:
    """What the browser would send, all at once; frames of the numbers `lost` do not arrive."""
    line: MicrophoneLine = app.session_state["microphone_line"]
    for number, frame in enumerate(frames(np.concatenate(parts))):
        if number not in lost:
            line.push(frame)
    assert line.session
    return line.session


def stopped(app: AppTest) -> AppTest:
    line: MicrophoneLine = app.session_state["microphone_line"]
    line.close()
    assert line.session
    line.session.wait(60)
    return run(app)


def test_before_the_start_it_says_what_to_do(live: AppTest) -> None:
    assert "Press Start, allow the microphone, and speak." in shown(live, "live-state")
    assert "Press Start and speak: the text appears here." in shown(live, "empty")
    assert not any(button.key == "transcribe" for button in live.button)


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


def test_on_aws_partial_texts_are_off_by_default_and_said_to_cost(
    live: AppTest, aws: Callable[[Answer], None]
) -> None:
    assert live.toggle(key="live_partials").value
    assert not is_shown(live, "live_cost")
    aws([endpoint("far-away")])
    app = wait_until(run(live), lambda app: "target" in app.session_state)
    widget(app, "target").set_value(AWS.region)
    app = run(app)
    assert not app.toggle(key="live_partials_aws").value
    assert "On AWS each of these is one more request" in shown(app, "live_cost")


def test_without_an_endpoint_in_service_there_is_no_start_but_a_running_session_goes_on(
    live: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(live, FOX, PAUSE)
    gone = [endpoint("whisper-base", "Failed")]
    monkeypatch.setattr("components.widgets.endpoints.target_picker.endpoints_of", lambda _target: gone)
    app = run(live)
    assert is_shown(app, "live-state")
    app = stopped(app)
    assert not is_shown(app, "live-state")
    assert "There is no endpoint in service that could listen." in everything(app)


def test_nothing_is_started_beside_another_transcription(
    live: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = LiveSession(TranscribeSettings(Client(said), {}, with_partials=False))
    live.session_state["job"] = work_registry().add(other).id
    app = run(live)
    assert not is_shown(app, "live-state")
    assert "A transcription is under way: Start is here again when it has ended." in everything(app)
    # Its page was reloaded, so that nothing arrives.
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 0.1)
    other.frames.push(next(frames(PAUSE)))
    app = wait_until(app, lambda app: is_shown(app, "live-state"))
    assert other.is_running
    other.frames.end()


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


def test_parameters_that_would_be_refused_are_reported_before_the_start(live: AppTest) -> None:
    app = choose_source(open_playground(num_return_sequences="3", num_beams="2"), "Live")
    assert not is_shown(app, "live-state")
    assert "The endpoint would refuse these parameters" in everything(app)
    assert is_shown(set_number(app, "num_beams", 3), "live-state")


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


def test_looking_in_without_pressing_start_takes_no_thread(live: AppTest) -> None:
    # Each number of the microphone costs one, until its connection has ended.
    line = live.session_state["microphone_line"]
    app = choose_source(choose_source(live, "Upload"), "Live")
    assert app.session_state["microphone_line"] is line
    assert "microphone_number" not in app.session_state
    speak(app, FOX, PAUSE)
    app = choose_source(choose_source(stopped(app), "Upload"), "Live")
    assert app.session_state["microphone_line"] is not line
    assert app.session_state["microphone_number"] == 1


def test_a_sample_afterwards_is_transcribed_as_ever(live: AppTest, wire: Wire) -> None:
    speak(live, FOX, PAUSE)
    app = stopped(run(live))
    wire.reply = [" Yes."]
    press_transcribe(choose_sample(app))
    assert transcript(app) == "Yes."
    assert not is_shown(app, "live-transcript")

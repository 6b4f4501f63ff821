"""When the live microphone can be started, and what becomes of a start."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from components.core.errors import EndpointUnreachableError
from components.live import frame_queue
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings
from components.widgets.common.work import work_registry
from components.widgets.playground.live import microphone as widget_of_microphone
from components.widgets.playground.live import state_view
from tests.endpoint_client.hearing import Client, said
from tests.live.frames import frames
from tests.pages.driver import (
    AWS,
    Answer,
    choose_source,
    endpoint,
    everything,
    is_shown,
    open_playground,
    run,
    set_number,
    shown,
    wait_until,
    widget,
)
from tests.pages.live_driver import FOX, PAUSE, speak, stopped


def test_before_the_start_it_says_what_to_do(live: AppTest) -> None:
    assert "Press Start, allow the microphone, and speak." in shown(live, "live-state")
    assert "Press Start and speak: the text appears here." in shown(live, "empty")
    assert not any(button.key == "transcribe" for button in live.button)


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


def test_parameters_that_would_be_refused_are_reported_before_the_start(live: AppTest) -> None:
    app = choose_source(open_playground(num_return_sequences="3", num_beams="2"), "Live")
    assert not is_shown(app, "live-state")
    assert "The endpoint would refuse these parameters" in everything(app)
    assert is_shown(set_number(app, "num_beams", 3), "live-state")


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


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the browser says of the connection: `signalling` once somebody has pressed Start."""
    state = SimpleNamespace(playing=False, signalling=False)
    monkeypatch.setattr(
        widget_of_microphone, "webrtc_streamer", lambda *_, **__: SimpleNamespace(state=state)
    )
    return state


def is_connecting(app: AppTest) -> bool:
    return [bar.proto.text for bar in app.container(key="live-state").get("progress")] == ["Connecting"]


def test_a_start_survives_an_endpoint_that_is_away_for_a_moment(
    live: AppTest, browser: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.signalling = True
    assert is_connecting(run(live))
    error = EndpointUnreachableError("It does not answer.", "Wait.")
    monkeypatch.setattr("components.widgets.endpoints.target_picker.endpoints_of", lambda _target: error)
    # Taken off the page, the microphone would have to be started again.
    assert is_connecting(run(live))


def test_a_start_in_vain_says_why_and_leads_to_the_recorder(
    live: AppTest, browser: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.signalling = True
    app = run(live)
    assert not is_shown(app, "live_recorder")
    monkeypatch.setattr(state_view, "_PATIENCE", 0.0)
    assert is_shown(run(app), "live_recorder")
    # In the end the browser gives up.
    browser.signalling = False
    app = run(app)
    assert "Press Start" in shown(app, "live-state")
    assert is_shown(app, "live_recorder")

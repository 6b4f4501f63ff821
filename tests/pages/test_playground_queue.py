"""What is seen of the queue when others come first."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest
from streamlit.testing.v1 import AppTest

from components.core.errors import RequestRejectedError
from components.endpoint_client.request_queue import RequestQueue, Ticket
from components.widgets.endpoints import queued_client
from components.widgets.playground.shown_work import find
from tests.pages.conftest import Wire
from tests.pages.driver import (
    error,
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


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Somebody else's request is under way, and no other may be, until the test lets it be answered."""
    queue, answered = RequestQueue(at_once=1), Event()
    monkeypatch.setattr(queued_client, "_queue", lambda *_: queue)
    other = Thread(target=queue.send, args=(Ticket(), answered.wait), daemon=True)
    other.start()
    yield answered
    answered.set()
    other.join()


@pytest.fixture
def clip_waiting(playground: AppTest, wire: Wire, others: Event) -> AppTest:
    """A clip has its place in the queue behind the other request."""
    wire.reply = [" Yes."]
    upload(playground, "hello.wav", speech("en/hello_world.wav"))
    playground.button(key="transcribe").click()
    return wait_until(run(playground), lambda app: is_shown(app, "cancel_waiting"))


def is_answered(app: AppTest) -> bool:
    return not is_shown(app, "clip_progress")


def test_a_clip_waits_for_its_turn_and_is_told_its_place(
    clip_waiting: AppTest, wire: Wire, others: Event
) -> None:
    assert "Waiting for whisper-base" in shown(clip_waiting, "clip_progress")
    assert "Busy: place 1 in the queue" in shown(clip_waiting, "clip_progress")
    assert clip_waiting.button(key="transcribe").disabled
    others.set()
    wait_until(clip_waiting, is_answered)
    assert transcript(clip_waiting) == "Yes."
    assert not is_shown(clip_waiting, "cancel_waiting")
    assert not clip_waiting.error


def test_a_page_that_is_touched_sends_a_clip_once(clip_waiting: AppTest, wire: Wire, others: Event) -> None:
    set_number(clip_waiting, "num_beams", 3)
    assert is_shown(clip_waiting, "clip_progress")
    others.set()
    wait_until(clip_waiting, is_answered)
    assert transcript(clip_waiting) == "Yes."
    assert "older" in " ".join(
        badge.value for badge in clip_waiting.container(key="transcript_heading").markdown
    )
    assert len(wire.requests) == 1


def test_a_clip_that_waits_is_cancelled(clip_waiting: AppTest, wire: Wire, others: Event) -> None:
    job = find(clip_waiting.query_params["job"])
    assert job
    clip_waiting.button(key="cancel_waiting").click()
    run(clip_waiting)
    assert not is_shown(clip_waiting, "clip_progress")
    assert not clip_waiting.button(key="transcribe").disabled
    assert "job" not in clip_waiting.query_params
    job.wait()
    others.set()
    press_transcribe(clip_waiting)
    assert transcript(clip_waiting) == "Yes."
    assert len(wire.requests) == 1


def test_a_reload_keeps_a_clip_with_its_parameters_and_outcome(
    clip_waiting: AppTest, wire: Wire, others: Event
) -> None:
    set_number(clip_waiting, "num_beams", 3)
    clip_waiting.button(key="cancel_waiting").click()
    run(clip_waiting).button(key="transcribe").click()
    wait_until(run(clip_waiting), lambda app: is_shown(app, "cancel_waiting"))
    reloaded = open_playground(**clip_waiting.query_params)
    assert is_shown(reloaded, "cancel_waiting")
    others.set()
    for session in (reloaded, clip_waiting):
        wait_until(session, is_answered)
        assert transcript(session) == "Yes."
    assert "hello.wav" in shown(reloaded, "clip")
    assert reloaded.slider(key="num_beams").value == 3
    assert "older" not in " ".join(m.value for m in reloaded.container(key="transcript_heading").markdown)
    assert len(wire.requests) == 1


def test_a_reload_keeps_why_a_clip_failed(clip_waiting: AppTest, wire: Wire, others: Event) -> None:
    wire.error = RequestRejectedError("whisper-base said no.", "Change the audio.")
    others.set()
    wait_until(clip_waiting, is_answered)
    reloaded = open_playground(job=clip_waiting.query_params["job"])
    for session in (clip_waiting, reloaded):
        assert error(session) == "whisper-base said no. Change the audio."
    assert len(wire.requests) == 1


def test_a_failure_nobody_thought_of_is_told_and_not_sent_again_with_every_look(
    playground: AppTest, wire: Wire
) -> None:
    wire.error = RuntimeError("a mistake")
    upload(playground, "hello.wav", speech("en/hello_world.wav"))
    press_transcribe(playground)
    assert "Transcribing hello.wav failed: RuntimeError." in error(playground)
    run(playground)
    assert len(wire.requests) == 1


@pytest.fixture
def waiting(playground: AppTest, wire: Wire, talk: bytes, others: Event) -> AppTest:
    """A recording has its place in the queue behind the other request, and shows it."""
    wire.reply = [" Yes."]
    upload(playground, "talk.wav", talk)
    press_transcribe(playground)
    return wait_until(playground, lambda app: "Busy: place 1 in the queue" in shown(app, "long_progress"))


def test_a_recording_waits_for_its_turn(waiting: AppTest, wire: Wire, others: Event) -> None:
    assert wire.requests == []
    others.set()
    wait_until(waiting, lambda app: not is_shown(app, "long_progress"))
    assert _text(waiting).count("Yes.") == 4


def test_a_recording_that_waits_can_be_cancelled_and_taken_up_again(
    waiting: AppTest, wire: Wire, others: Event
) -> None:
    waiting.button(key="long_cancel").click()
    wait_until(run(waiting), lambda app: not is_shown(app, "long_progress"))
    assert wire.requests == []
    others.set()
    waiting.button(key="long_again").click()
    wait_until(run(waiting), lambda app: not is_shown(app, "long_progress"))
    assert _text(waiting).count("Yes.") == 4


def _text(app: AppTest) -> str:
    return str(app.expander(key="long_text").code[0].value)

"""What is seen of the queue when others come first."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest
from streamlit.testing.v1 import AppTest

from components.endpoint_client.request_queue import RequestQueue, Ticket
from components.widgets.endpoints import queued_client
from components.widgets.endpoints.queued_client import queue_position_text
from components.widgets.playground import clip_request
from tests.pages.conftest import Wire
from tests.pages.driver import (
    failures,
    is_shown,
    press_transcribe,
    run,
    shown,
    speech,
    transcript,
    upload,
    wait_until,
)
from tests.pages.test_playground_long import talk

__all__ = ["talk"]


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
def positions(monkeypatch: pytest.MonkeyPatch, others: Event) -> list[int]:
    """The positions that the page has shown; the other request is answered after the second."""
    positions: list[int] = []

    def note(position: int) -> str:
        positions.append(position)
        if len(positions) == 2:
            others.set()
        return queue_position_text(position)

    monkeypatch.setattr(clip_request, "queue_position_text", note)
    return positions


def test_a_clip_waits_for_its_turn_and_is_told_its_place(
    playground: AppTest, wire: Wire, positions: list[int]
) -> None:
    wire.reply = [" Yes."]
    upload(playground, "hello.wav", speech("en/hello_world.wav"))
    press_transcribe(playground)
    assert positions == [1, 1]
    assert transcript(playground) == "Yes."
    assert not is_shown(playground, "cancel_waiting")
    assert not playground.error


def test_a_failure_nobody_thought_of_is_not_sent_again_with_every_look(
    playground: AppTest, wire: Wire
) -> None:
    wire.error = RuntimeError("a mistake")
    upload(playground, "hello.wav", speech("en/hello_world.wav"))
    playground.button(key="transcribe").click().run()
    assert failures(playground)
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

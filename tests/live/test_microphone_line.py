from threading import Event

import pytest

from components.audio.decoding import Samples, read_clip
from components.core.errors import PortalError
from components.live.microphone_line import MicrophoneLine
from components.live.recorder import Recorder
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings
from tests.endpoint_client.hearing import Client, said
from tests.live.frames import frames
from tests.live.live_sessions import ended, until
from tests.pages.driver import speech

HELLO = read_clip(speech("en/hello_world.wav"), "").samples


def speak(line: MicrophoneLine) -> None:
    for frame in frames(HELLO):
        line.push(frame)


def test_each_time_it_is_opened_there_is_a_new_talk() -> None:
    begun: list[LiveSession] = []
    line = MicrophoneLine(begun.append)
    line.ask(TranscribeSettings(Client(said), {}, with_partials=False))
    assert (line.session, line.is_open) == (None, False)
    for number in (1, 2):
        speak(line)
        assert line.is_open
        assert len(begun) == number
        line.hang_up()
        assert not line.is_open
    assert line.session is begun[1]
    assert [ended(session).transcript.text for session in begun] == ["Chunk 0.", "Chunk 0."]


def test_what_is_asked_later_is_asked_of_the_talk_that_goes_on() -> None:
    line, first, second = MicrophoneLine(lambda _: None), Client(said), Client(said)
    line.ask(TranscribeSettings(first, {}, with_partials=False))
    speak(line)
    line.ask(TranscribeSettings(second, {}, with_partials=False))
    line.hang_up()
    assert line.session
    ended(line.session)
    assert (first.sent, second.sent) == ([], [0])


def test_a_line_that_was_left_hears_nothing() -> None:
    begun: list[LiveSession] = []
    line = MicrophoneLine(begun.append)
    line.ask(TranscribeSettings(Client(said), {}, with_partials=False))
    speak(line)
    line.leave()
    speak(line)
    assert len(begun) == 1
    assert ended(begun[0]).transcript.text == "Chunk 0."


def test_before_there_is_an_endpoint_nothing_begins() -> None:
    line = MicrophoneLine(lambda _: None)
    speak(line)
    line.hang_up()
    assert line.session is None


def test_a_talk_that_fails_is_not_begun_again_with_each_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_recorder: Recorder, _samples: Samples) -> None:
        raise PortalError("The disk is full.", "Make room.")

    begun: list[LiveSession] = []
    line = MicrophoneLine(begun.append)
    line.ask(TranscribeSettings(Client(said), {}, with_partials=False))
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "add", full)
        speak(line)
        begun[0].wait(60)
        assert not line.is_open
        assert line.is_dead
        speak(line)
    speak(line)
    assert [session.error is None for session in begun] == [False]
    line.hang_up()
    assert not line.is_dead
    speak(line)
    assert line.is_open
    line.hang_up()
    assert ended(begun[1]).transcript.text == "Chunk 0."


def test_what_is_said_after_hanging_up_is_heard_though_the_last_words_are_still_on_their_way() -> None:
    go_on = Event()

    def slow(number: int) -> str:
        assert go_on.wait(60)
        return said(number)

    begun: list[LiveSession] = []
    line = MicrophoneLine(begun.append)
    line.ask(TranscribeSettings(Client(slow), {}, with_partials=False))
    speak(line)
    line.hang_up()
    until(lambda: not begun[0].is_listening)
    assert begun[0].is_running
    speak(line)
    line.hang_up()
    go_on.set()
    assert [ended(session).transcript.text for session in begun] == ["Chunk 0.", "Chunk 0."]


def test_what_is_asked_for_later_changes_no_talk_that_is_over() -> None:
    line, later = MicrophoneLine(lambda _: None), Client(said)
    line.ask(TranscribeSettings(Client(said), {}, with_partials=False))
    speak(line)
    line.hang_up()
    session = line.session
    assert session
    ended(session)
    line.ask(TranscribeSettings(later, {"num_beams": 2}, with_partials=False))
    assert session._sender.settings.client is not later

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


def test_each_time_it_is_opened_there_is_a_new_session() -> None:
    sessions: list[LiveSession] = []
    line = MicrophoneLine(sessions.append)
    line.configure(TranscribeSettings(Client(said), {}, with_partials=False))
    assert (line.session, line.is_open) == (None, False)
    for number in (1, 2):
        speak(line)
        assert line.is_open
        assert len(sessions) == number
        line.close()
        assert not line.is_open
    assert line.session is sessions[1]
    assert [ended(session).transcript.text for session in sessions] == ["Chunk 0.", "Chunk 0."]


def test_new_settings_reach_the_running_session() -> None:
    line, first, second = MicrophoneLine(lambda _: None), Client(said), Client(said)
    line.configure(TranscribeSettings(first, {}, with_partials=False))
    speak(line)
    line.configure(TranscribeSettings(second, {}, with_partials=False))
    line.close()
    assert line.session
    ended(line.session)
    assert (first.sent, second.sent) == ([], [0])


def test_after_it_is_closed_for_good_frames_start_nothing() -> None:
    sessions: list[LiveSession] = []
    line = MicrophoneLine(sessions.append)
    line.configure(TranscribeSettings(Client(said), {}, with_partials=False))
    speak(line)
    line.close_for_good()
    speak(line)
    assert len(sessions) == 1
    assert ended(sessions[0]).transcript.text == "Chunk 0."


def test_frames_before_the_settings_are_known_wait_for_them() -> None:
    line = MicrophoneLine(lambda _: None)
    speak(line)
    assert line.session is None
    line.configure(TranscribeSettings(Client(said), {}, with_partials=False))
    assert line.is_open
    speak(line)
    line.close()
    assert line.session
    assert ended(line.session).seconds == pytest.approx(2 * len(HELLO) / 16_000, abs=0.05)


def test_frames_of_a_microphone_that_was_closed_before_the_settings_were_known_start_nothing() -> None:
    line = MicrophoneLine(lambda _: None)
    speak(line)
    line.close()
    line.configure(TranscribeSettings(Client(said), {}, with_partials=False))
    assert line.session is None


def test_a_session_that_fails_is_not_started_again_with_each_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_recorder: Recorder, _samples: Samples) -> None:
        raise PortalError("The disk is full.", "Make room.")

    sessions: list[LiveSession] = []
    line = MicrophoneLine(sessions.append)
    line.configure(TranscribeSettings(Client(said), {}, with_partials=False))
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "add", full)
        speak(line)
        sessions[0].wait(60)
        assert not line.is_open
        assert line.has_failed
        speak(line)
    speak(line)
    assert [session.error is None for session in sessions] == [False]
    line.close()
    assert not line.has_failed
    speak(line)
    assert line.is_open
    line.close()
    assert ended(sessions[1]).transcript.text == "Chunk 0."


def test_a_new_session_starts_while_requests_of_the_last_one_are_under_way() -> None:
    go_on = Event()

    def slow(number: int) -> str:
        assert go_on.wait(60)
        return said(number)

    sessions: list[LiveSession] = []
    line = MicrophoneLine(sessions.append)
    line.configure(TranscribeSettings(Client(slow), {}, with_partials=False))
    speak(line)
    line.close()
    until(lambda: not sessions[0].is_listening)
    assert sessions[0].is_running
    speak(line)
    line.close()
    go_on.set()
    assert [ended(session).transcript.text for session in sessions] == ["Chunk 0.", "Chunk 0."]


def test_new_settings_do_not_reach_a_session_that_is_over() -> None:
    line, later = MicrophoneLine(lambda _: None), Client(said)
    line.configure(TranscribeSettings(Client(said), {}, with_partials=False))
    speak(line)
    line.close()
    session = line.session
    assert session
    ended(session)
    line.configure(TranscribeSettings(later, {"num_beams": 2}, with_partials=False))
    assert session._sender.settings.client is not later

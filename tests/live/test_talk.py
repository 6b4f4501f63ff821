"""A talk with the real voice activity, and an endpoint that answers as the test tells it."""

import threading
import time
from collections.abc import Callable
from threading import Event

import numpy as np
import pytest

from components.audio import Clip, Samples, read_clip
from components.errors import EndpointUnreachableError, ModelFailedError, RequestRejectedError
from components.live import sender
from components.live.talk import State, Talk
from components.live.utterances import Asking
from components.parameters import Parameters
from components.transcript import Transcript
from tests.endpoint_client.hearing import Client, said
from tests.live.frames import frames
from tests.pages.driver import speech

HELLO, FOX = (read_clip(speech(f"en/{name}.wav"), "").samples for name in ("hello_world", "quick_brown_fox"))
PAUSE = np.zeros(16_000, np.int16)


def talk(client: Client, *parts: Samples, with_partials: bool = False) -> Talk:
    """All of it at once: faster than anybody speaks."""
    found = Talk(Asking(client, {}, with_partials))
    speak(found, *parts)
    return found


def speak(to: Talk, *parts: Samples) -> None:
    for frame in frames(np.concatenate(parts)):
        to.push(frame)


def ended(found: Talk) -> Talk:
    found.end()
    found.wait(60)
    assert not found.is_running
    return found


def until(what: Callable[[], object]) -> None:
    for _ in range(600):
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("it has waited in vain")


def test_utterances_arrive_in_order_with_their_times_and_the_sound_is_kept() -> None:
    found = ended(talk(Client(said), HELLO, PAUSE, FOX, PAUSE, HELLO))
    heard = found.transcript
    assert heard.text == "Piece 0. Piece 1. Piece 2."
    first, second, third = heard.pieces
    assert first.end < second.start < len(HELLO) / 16_000 + 1.2
    assert second.end < third.start
    assert (found.state, found.problem, found.error) == (State.ENDED, None, None)
    kept = read_clip(found.tape.wav(), "")
    assert kept.seconds == pytest.approx(heard.seconds, abs=0.01)
    assert kept.seconds == pytest.approx((2 * len(HELLO) + len(FOX)) / 16_000 + 2, abs=0.1)


def test_what_is_said_last_is_transcribed_though_no_pause_follows() -> None:
    assert ended(talk(Client(said), FOX[:-4000])).transcript.text == "Piece 0."


def test_silence_and_noise_ask_nothing() -> None:
    client = Client(said)
    noise = (np.random.default_rng(1).normal(0, 1500, 160_000)).astype(np.int16)
    found = ended(talk(client, PAUSE, noise, PAUSE, with_partials=True))
    assert (client.sent, found.transcript.text, found.partial) == ([], "", "")


def test_nobody_speaks_longer_than_an_endpoint_hears() -> None:
    sent: list[Clip] = []

    class Noting(Client):
        def transcribe(self, clip: Clip, parameters: Parameters | None = None) -> Transcript:
            sent.append(clip)
            return super().transcribe(clip, parameters)

    # Speech that was cut so close that there is no pause in it.
    loud = FOX[np.abs(FOX) > 0.02 * np.abs(FOX).max()]
    ended(talk(Noting(said), *[loud] * 20))
    assert len(sent) > 1
    assert max(clip.seconds for clip in sent) <= 28.1


def test_the_state_says_what_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()

    def answer(number: int) -> str:
        assert go_on.wait(30)
        return said(number)

    found = Talk(Asking(Client(answer), {}, with_partials=False))
    assert found.state is State.LISTENING
    assert found.level == -90
    speak(found, FOX[:16_000])
    until(lambda: found.state is State.SPEECH and -60 < found.level < 0)
    speak(found, PAUSE)
    until(lambda: found.state is State.TRANSCRIBING)
    go_on.set()
    until(lambda: found.transcript.text)
    assert found.state is State.LISTENING
    delay = found.last_delay
    assert delay
    assert found.median_delay == delay
    assert ended(found).state is State.ENDED


def test_a_partial_text_is_shown_while_somebody_speaks_and_committed_text_never_changes() -> None:
    client = Client(said)
    found = talk(client, FOX[:-4000], with_partials=True)
    until(lambda: found.partial)
    assert (found.partial, found.transcript.text) == ("Piece 0.", "")
    speak(found, FOX[-4000:], PAUSE)
    until(lambda: found.transcript.text)
    before = found.transcript.text
    assert found.partial == ""
    speak(found, HELLO, PAUSE)
    until(lambda: len(found.transcript.pieces) == 2)
    assert found.transcript.text.startswith(before)
    ended(found)


def test_what_is_heard_at_the_beginning_of_a_pause_stands_if_the_pause_goes_on() -> None:
    client = Client(said)
    spoken = FOX[: FOX.nonzero()[0][-1]]
    found = talk(client, spoken, PAUSE[:1_600], with_partials=True)
    until(lambda: found.partial and found._sender.is_pausing and not found._sender.is_sending)
    asked = len(client.sent)
    assert found.transcript.text == ""
    speak(found, PAUSE)
    until(lambda: found.transcript.text)
    assert len(client.sent) == asked
    ended(found)


def test_without_partials_there_is_one_request_an_utterance() -> None:
    client = Client(said)
    ended(talk(client, FOX, PAUSE, HELLO, PAUSE))
    assert client.sent == [0, 1]


def test_what_is_asked_may_change_while_it_runs() -> None:
    class Noting(Client):
        def transcribe(self, clip: Clip, parameters: Parameters | None = None) -> Transcript:
            asked.append(parameters)
            return super().transcribe(clip, parameters)

    asked: list[Parameters | None] = []
    client = Noting(said)
    found = talk(client, HELLO, PAUSE)
    until(lambda: len(found.transcript.pieces) == 1)
    found.ask(Asking(client, {"num_beams": 2}, with_partials=False))
    speak(found, FOX, PAUSE)
    ended(found)
    assert asked == [{}, {"num_beams": 2}]


@pytest.mark.parametrize("kind", [EndpointUnreachableError, ModelFailedError])
def test_an_endpoint_that_is_gone_for_a_while_loses_nothing(
    kind: type[EndpointUnreachableError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_BETWEEN_TRIES", 0.05)
    is_gone = True

    def answer(number: int) -> str:
        if is_gone:
            raise kind("It is gone.", "Wait for it.")
        return said(number)

    found = talk(Client(answer), HELLO, PAUSE, FOX, PAUSE)
    until(lambda: found.problem)
    assert str(found.problem) == "It is gone. Wait for it."
    assert found.is_stuck
    assert found.transcript.pieces == ()
    is_gone = False
    until(lambda: len(found.transcript.pieces) == 2)
    assert found.problem is None
    assert ended(found).transcript.is_whole


def test_what_waits_for_a_lost_endpoint_too_long_becomes_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_BETWEEN_TRIES", 0.01)
    monkeypatch.setattr(sender, "_MOST_WAITING", 4.0)

    def gone(_number: int) -> str:
        raise EndpointUnreachableError("It is gone.", "Wait for it.")

    found = talk(Client(gone), FOX, PAUSE, FOX[20:], PAUSE, FOX[40:], PAUSE)
    until(lambda: len(found.transcript.gaps) == 2)
    # At its end what waits is tried once more.
    assert len(ended(found).transcript.gaps) == 3


def test_what_the_container_refuses_is_a_gap_at_once() -> None:
    def answer(number: int) -> str:
        if number == 0:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    found = ended(talk(Client(answer), HELLO, PAUSE, FOX, PAUSE))
    assert not found.is_stuck
    assert [piece.error for piece in found.transcript.pieces] == ["No. Change it.", None]


def test_ten_talks_leave_no_thread_behind() -> None:
    before = threading.active_count()
    for _ in range(10):
        ended(talk(Client(said), HELLO, PAUSE))
    assert threading.active_count() == before


def test_what_nobody_thought_of_ends_it_and_is_told() -> None:
    def answer(_number: int) -> str:
        raise ZeroDivisionError

    found = talk(Client(answer), HELLO, PAUSE)
    until(lambda: not found._sender.is_running)
    speak(found, PAUSE)
    until(lambda: not found.is_running)
    assert "ZeroDivisionError" in str(found.problem)

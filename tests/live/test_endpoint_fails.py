"""Live sessions whose endpoint is away, fails or refuses."""

from dataclasses import replace
from threading import Event

import pytest

from components.core.errors import EndpointUnreachableError, ModelFailedError, RequestRejectedError
from components.endpoint_client.retry import LIVE_SESSION
from components.live import sender
from components.live.utterances import TranscribeSettings
from tests.endpoint_client.hearing import Client, said
from tests.live.live_sessions import FOX, HELLO, PAUSE, ended, speak, started, until


def pause_between_tries(monkeypatch: pytest.MonkeyPatch, *pauses: float) -> None:
    monkeypatch.setattr(sender, "LIVE_SESSION", replace(LIVE_SESSION, pauses=pauses))


@pytest.mark.parametrize("kind", [EndpointUnreachableError, ModelFailedError])
def test_an_endpoint_that_is_away_for_a_while_loses_nothing(
    kind: type[EndpointUnreachableError], monkeypatch: pytest.MonkeyPatch
) -> None:
    pause_between_tries(monkeypatch, *[0.05] * 1000)
    is_gone = True

    def answer(number: int) -> str:
        if is_gone:
            raise kind("It is gone.", "Wait for it.")
        return said(number)

    found = started(Client(answer), HELLO, PAUSE, FOX, PAUSE)
    until(lambda: found.problem)
    assert str(found.problem) == "It is gone. Wait for it."
    assert found.is_stuck
    assert found.transcript.chunks == ()
    is_gone = False
    until(lambda: len(found.transcript.chunks) == 2)
    assert found.problem is None
    assert ended(found).transcript.is_whole


def test_what_waits_for_a_lost_endpoint_too_long_becomes_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    pause_between_tries(monkeypatch, *[0.01] * 3)
    monkeypatch.setattr(sender, "_MOST_WAITING", 4.0)

    found = started(Client(gone), FOX, PAUSE, FOX[20:], PAUSE, FOX[40:], PAUSE)
    until(lambda: len(found.transcript.gaps) == 2)
    # At its end what waits is tried once more.
    assert len(ended(found).transcript.gaps) == 3


def test_what_the_container_refuses_is_a_gap_at_once() -> None:
    def answer(number: int) -> str:
        if number == 0:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    found = ended(started(Client(answer), HELLO, PAUSE, FOX, PAUSE))
    assert not found.is_stuck
    assert [chunk.error for chunk in found.transcript.chunks] == ["No. Change it.", None]


def test_an_unforeseen_error_ends_it_and_is_reported() -> None:
    found = started(Client(broken), HELLO, PAUSE)
    until(lambda: not found._sender.is_running)
    speak(found, PAUSE)
    until(lambda: not found.is_running)
    assert "ZeroDivisionError" in str(found.problem)


def test_an_unforeseen_error_at_the_end_is_reported_and_makes_gaps() -> None:
    go_on = Event()

    def late(number: int) -> str:
        assert go_on.wait(60)
        return broken(number)

    found = started(Client(late), HELLO, PAUSE, FOX)
    found.frames.end()
    until(lambda: not found.is_listening)
    go_on.set()
    found.wait(60)
    assert "ZeroDivisionError" in str(found.problem)
    assert [chunk.error for chunk in found.transcript.chunks] == ["It was not sent."] * 2
    assert not found.transcript.is_whole


def broken(_number: int) -> str:
    raise ZeroDivisionError


def gone(_number: int) -> str:
    raise EndpointUnreachableError("It is gone.", "Wait for it.")


def test_at_its_end_a_dead_endpoint_gets_one_request_and_what_waits_may_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pause_between_tries(monkeypatch, 600)
    client = Client(said)
    found = started(client, HELLO, PAUSE)
    until(lambda: found.transcript.chunks)
    client.answer = gone
    speak(found, FOX, PAUSE, FOX[20:], PAUSE, FOX[40:], PAUSE)
    until(lambda: found.is_stuck and len(found._sender._waiting) == 3)
    assert not found.is_worth_another_try
    ended(found)
    # The first while it waited, and once more at the end.
    assert client.sent == [0, 1, 1]
    assert [chunk.error for chunk in found.transcript.chunks[1:]] == ["It is gone. Wait for it."] * 3
    assert found.is_worth_another_try
    client.answer, client.sent = said, []
    job = found.again()
    job.wait(60)
    assert len(client.sent) == 3
    assert 0 not in client.sent
    assert job.transcript.is_whole
    assert job.transcript.words == 8


def test_a_partial_that_fails_is_a_problem_until_nobody_speaks() -> None:
    found = started(Client(gone), FOX[:-4000], with_partials=True)
    until(lambda: found.problem)
    found.configure(TranscribeSettings(Client(said), {}, with_partials=False))
    speak(found, FOX[-4000:], PAUSE)
    until(lambda: found.transcript.text)
    assert found.problem is None
    assert ended(found).transcript.is_whole


def test_what_the_endpoint_fails_at_holds_up_the_rest_for_a_few_tries_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pause_between_tries(monkeypatch, *[0.01] * 3)

    def answer(number: int) -> str:
        if number == 0:
            raise ModelFailedError("It failed.", "Try again.")
        return said(number)

    client = Client(answer)
    found = started(client, HELLO, PAUSE, FOX, PAUSE)
    until(lambda: len(found.transcript.chunks) == 2)
    assert client.sent == [0] * 4 + [1]
    assert [chunk.error for chunk in ended(found).transcript.chunks] == ["It failed. Try again.", None]

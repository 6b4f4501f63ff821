"""A talk with the real voice activity, and an endpoint that answers as the test tells it."""

import threading
import time
from collections.abc import Callable
from io import FileIO
from threading import Event

import numpy as np
import pytest

from components.audio import Clip, Samples, read_clip
from components.errors import EndpointUnreachableError, ModelFailedError, RequestRejectedError
from components.live import microphone, sender
from components.live.talk import State, Talk
from components.live.utterances import Asking
from components.parameters import Parameters
from components.segmentation import Cutter, Piece
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
    assert (client.sent, found.transcript.text, found.heard.partial) == ([], "", "")


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
    delay = found.heard.last_delay
    assert delay
    assert found.heard.median_delay == delay
    assert ended(found).state is State.ENDED


def test_a_partial_text_is_shown_while_somebody_speaks_and_committed_text_never_changes() -> None:
    client = Client(said)
    found = talk(client, FOX[:-4000], with_partials=True)
    until(lambda: found.heard.partial)
    assert (found.heard.partial, found.transcript.text) == ("Piece 0.", "")
    speak(found, FOX[-4000:], PAUSE)
    until(lambda: found.transcript.text)
    before = found.transcript.text
    assert found.heard.partial == ""
    speak(found, HELLO, PAUSE)
    until(lambda: len(found.transcript.pieces) == 2)
    assert found.transcript.text.startswith(before)
    ended(found)


def test_what_is_heard_at_the_beginning_of_a_pause_stands_if_the_pause_goes_on() -> None:
    client = Client(said)
    spoken = FOX[: FOX.nonzero()[0][-1]]
    found = talk(client, spoken, PAUSE[:1_600], with_partials=True)
    until(lambda: found.heard.partial and found._sender._unfinished[1] and not found._sender.is_sending)
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
    monkeypatch.setattr(sender, "_MOST_TRIES", 1000)
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
    assert threading.active_count() <= before


def test_what_nobody_thought_of_ends_it_and_is_told() -> None:
    found = talk(Client(broken), HELLO, PAUSE)
    until(lambda: not found._sender.is_running)
    speak(found, PAUSE)
    until(lambda: not found.is_running)
    assert "ZeroDivisionError" in str(found.problem)


def test_what_nobody_thought_of_is_told_of_the_last_words_too_and_they_are_a_gap() -> None:
    go_on = Event()

    def late(number: int) -> str:
        assert go_on.wait(60)
        return broken(number)

    found = talk(Client(late), HELLO, PAUSE, FOX)
    found.end()
    until(lambda: not found.is_listening)
    go_on.set()
    found.wait(60)
    assert "ZeroDivisionError" in str(found.problem)
    assert [piece.error for piece in found.transcript.pieces] == ["It was not sent."] * 2
    assert not found.transcript.is_whole


def broken(_number: int) -> str:
    raise ZeroDivisionError


def gone(_number: int) -> str:
    raise EndpointUnreachableError("It is gone.", "Wait for it.")


def test_after_its_end_a_dead_endpoint_is_asked_once_and_what_waits_may_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender, "_BETWEEN_TRIES", 600)
    client = Client(said)
    found = talk(client, HELLO, PAUSE)
    until(lambda: found.transcript.pieces)
    client.answer = gone
    speak(found, FOX, PAUSE, FOX[20:], PAUSE, FOX[40:], PAUSE)
    until(lambda: found.is_stuck and len(found._sender._waiting) == 3)
    assert not found.is_worth_another_try
    ended(found)
    # The first while it waited, and once more at the end.
    assert client.sent == [0, 1, 1]
    assert [piece.error for piece in found.transcript.pieces[1:]] == ["It is gone. Wait for it."] * 3
    assert found.is_worth_another_try
    client.answer, client.sent = said, []
    job = found.again()
    job.wait(60)
    assert len(client.sent) == 3
    assert 0 not in client.sent
    assert job.transcript.is_whole
    assert job.transcript.words == 8


def test_a_partial_that_fails_is_told_until_nobody_speaks() -> None:
    found = talk(Client(gone), FOX[:-4000], with_partials=True)
    until(lambda: found.problem)
    found.ask(Asking(Client(said), {}, with_partials=False))
    speak(found, FOX[-4000:], PAUSE)
    until(lambda: found.transcript.text)
    assert found.problem is None
    assert ended(found).transcript.is_whole


def test_the_delay_counts_from_when_the_words_came_however_late_they_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hear = Cutter.hear

    def late(cutter: Cutter, samples: Samples) -> list[Piece]:
        assert go_on.wait(60)
        return hear(cutter, samples)

    go_on = Event()
    monkeypatch.setattr(Cutter, "hear", late)
    found = talk(Client(said), HELLO, PAUSE)
    time.sleep(1)
    go_on.set()
    delay = ended(found).heard.last_delay
    assert delay
    assert delay > 1


def test_where_nothing_arrives_for_a_while_the_same_talk_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "_BREAK", 1.0)
    monkeypatch.setattr(microphone, "_LOST", 600)
    found = talk(Client(said), HELLO)
    until(lambda: found.state is State.INTERRUPTED and found.transcript.text)
    speak(found, FOX)
    until(lambda: found.state is not State.INTERRUPTED)
    assert ended(found).transcript.text == "Piece 0. Piece 1."


def test_the_transcript_names_the_endpoints_that_were_asked() -> None:
    other = Client(said)
    other.endpoint_name = "whisper-tiny"
    found = talk(Client(said), HELLO, PAUSE)
    assert found.transcript.endpoint_name == "whisper-base"
    until(lambda: found.transcript.text)
    found.ask(Asking(other, {"num_beams": 2}, with_partials=False))
    assert found.transcript.endpoint_name == "whisper-base"
    speak(found, FOX, PAUSE)
    heard = ended(found).transcript
    assert (heard.endpoint_name, heard.parameters) == ("whisper-base, whisper-tiny", {"num_beams": 2})


def test_a_full_disk_ends_it_with_advice_and_what_was_said_by_then_is_transcribed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Talk(Asking(Client(said), {}, with_partials=False))
    speak(found, HELLO[:-4_000])
    # All but what is not yet a block.
    until(lambda: found.seconds > (len(HELLO) - 4_000) / 16_000 - 0.09)
    kept = found.tape.bytes_kept
    disk = Full(found.tape._file)
    monkeypatch.setattr(found.tape, "_file", disk)
    speak(found, PAUSE)
    until(lambda: not found.is_running)
    assert "No space left on device" in str(found.error)
    assert "temporary folder" in str(found.error)
    heard = found.transcript
    assert heard.text == "Piece 0."
    assert not heard.is_whole
    assert heard.unsent_from == heard.pieces[-1].end
    # Of the block that did not fit all whole samples are there.
    assert found.tape.bytes_kept == kept + 10
    assert len(read_clip(found.tape.wav(), "").samples) == found.tape.bytes_kept / 2


class Full:
    """A disk with room for eleven bytes."""

    def __init__(self, file: FileIO | None) -> None:
        assert file
        self._file = file
        self.seek, self.read, self.close = file.seek, file.read, file.close

    def write(self, data: bytes) -> int:
        return self._file.write(data[:11])


def test_without_a_temporary_folder_it_ends_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", no_folder)
    found = talk(Client(said), HELLO)
    until(lambda: not found.is_running)
    assert "temporary folder" in str(found.error)
    assert found.tape.bytes_kept == 0


def no_folder(**_how: object) -> None:
    raise FileNotFoundError(2, "No usable temporary directory found")


def test_what_the_endpoint_fails_at_holds_up_the_rest_for_a_few_tries_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender, "_BETWEEN_TRIES", 0.01)

    def answer(number: int) -> str:
        if number == 0:
            raise ModelFailedError("It failed.", "Try again.")
        return said(number)

    client = Client(answer)
    found = talk(client, HELLO, PAUSE, FOX, PAUSE)
    until(lambda: len(found.transcript.pieces) == 2)
    assert client.sent == [0] * sender._MOST_TRIES + [1]
    assert [piece.error for piece in ended(found).transcript.pieces] == ["It failed. Try again.", None]


def test_a_partial_text_goes_when_nobody_wants_it_any_more() -> None:
    client = Client(said)
    found = talk(client, FOX[:-4000], with_partials=True)
    until(lambda: found.heard.partial)
    found.ask(Asking(client, {}, with_partials=False))
    until(lambda: not found.heard.partial)
    ended(found)


def test_a_talk_that_nothing_reaches_any_more_says_that_it_was_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopped = ended(talk(Client(said), HELLO))
    assert not stopped.was_cut_off
    monkeypatch.setattr(microphone, "_BREAK", 0.2)
    monkeypatch.setattr(microphone, "_LOST", 600)
    found = talk(Client(said), HELLO)
    until(lambda: found.state is State.INTERRUPTED)
    assert ended(found).was_cut_off


def test_a_part_of_the_tape_can_be_had() -> None:
    found = ended(talk(Client(said), HELLO, PAUSE, FOX))
    whole, part = read_clip(found.tape.wav(), ""), read_clip(found.tape.wav(1.0, 0.5), "")
    assert part.samples.tolist() == whole.samples[16_000:24_000].tolist()
    assert found.tape.bytes_kept == 2 * len(whole.samples)

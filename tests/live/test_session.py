"""A talk with the real voice activity, and an endpoint that answers as the test tells it."""

import threading
import time
from threading import Event

import numpy as np
import pytest

from components.audio.decoding import Clip, Samples, read_clip
from components.audio.segmentation import Chunk, Segmenter
from components.endpoint_client.request_queue import OnQueuePosition
from components.live import frame_queue
from components.live.session import LiveSession, State
from components.live.utterances import TranscribeSettings
from components.transcript.result import Transcript
from components.whisper.parameters import Parameters
from tests.endpoint_client.hearing import Client, said
from tests.live.live_sessions import FOX, HELLO, PAUSE, ended, speak, started, until


def test_utterances_arrive_in_order_with_their_times_and_the_sound_is_kept() -> None:
    found = ended(started(Client(said), HELLO, PAUSE, FOX, PAUSE, HELLO))
    heard = found.transcript
    assert heard.text == "Chunk 0. Chunk 1. Chunk 2."
    first, second, third = heard.chunks
    assert first.end < second.start < len(HELLO) / 16_000 + 1.2
    assert second.end < third.start
    assert (found.state, found.problem, found.error) == (State.ENDED, None, None)
    kept = read_clip(found.recorder.wav(), "")
    assert kept.seconds == pytest.approx(heard.seconds, abs=0.01)
    assert kept.seconds == pytest.approx((2 * len(HELLO) + len(FOX)) / 16_000 + 2, abs=0.1)


def test_what_is_said_last_is_transcribed_though_no_pause_follows() -> None:
    assert ended(started(Client(said), FOX[:-4000])).transcript.text == "Chunk 0."


def test_silence_and_noise_ask_nothing() -> None:
    client = Client(said)
    noise = (np.random.default_rng(1).normal(0, 1500, 160_000)).astype(np.int16)
    found = ended(started(client, PAUSE, noise, PAUSE, with_partials=True))
    assert (client.sent, found.transcript.text, found.result.partial) == ([], "", "")


def test_nobody_speaks_longer_than_an_endpoint_hears() -> None:
    sent: list[Clip] = []

    class Noting(Client):
        def transcribe(
            self,
            clip: Clip,
            parameters: Parameters | None = None,
            on_queue_position: OnQueuePosition | None = None,
        ) -> Transcript:
            sent.append(clip)
            return super().transcribe(clip, parameters, on_queue_position)

    # Speech that was cut so close that there is no pause in it.
    loud = FOX[np.abs(FOX) > 0.02 * np.abs(FOX).max()]
    ended(started(Noting(said), *[loud] * 20))
    assert len(sent) > 1
    assert max(clip.seconds for clip in sent) <= 28.1


def test_the_state_says_what_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()

    def answer(number: int) -> str:
        assert go_on.wait(30)
        return said(number)

    found = LiveSession(TranscribeSettings(Client(answer), {}, with_partials=False))
    assert found.state is State.LISTENING
    assert found.level == -90
    speak(found, FOX[:16_000])
    until(lambda: found.state is State.SPEECH and -60 < found.level < 0)
    speak(found, PAUSE)
    until(lambda: found.state is State.TRANSCRIBING)
    go_on.set()
    until(lambda: found.transcript.text)
    assert found.state is State.LISTENING
    delay = found.result.last_delay
    assert delay
    assert found.result.median_delay == delay
    assert ended(found).state is State.ENDED


def test_a_partial_text_is_shown_while_somebody_speaks_and_committed_text_never_changes() -> None:
    client = Client(said)
    found = started(client, FOX[:-4000], with_partials=True)
    until(lambda: found.result.partial)
    assert (found.result.partial, found.transcript.text) == ("Chunk 0.", "")
    speak(found, FOX[-4000:], PAUSE)
    until(lambda: found.transcript.text)
    before = found.transcript.text
    assert found.result.partial == ""
    speak(found, HELLO, PAUSE)
    until(lambda: len(found.transcript.chunks) == 2)
    assert found.transcript.text.startswith(before)
    ended(found)


def test_what_is_heard_at_the_beginning_of_a_pause_stands_if_the_pause_goes_on() -> None:
    client = Client(said)
    spoken = FOX[: FOX.nonzero()[0][-1]]
    found = started(client, spoken, PAUSE[:1_600], with_partials=True)
    until(lambda: found.result.partial and found._sender._unfinished[1] and not found._sender.is_sending)
    asked = len(client.sent)
    assert found.transcript.text == ""
    speak(found, PAUSE)
    until(lambda: found.transcript.text)
    assert len(client.sent) == asked
    ended(found)


def test_without_partials_there_is_one_request_an_utterance() -> None:
    client = Client(said)
    ended(started(client, FOX, PAUSE, HELLO, PAUSE))
    assert client.sent == [0, 1]


def test_what_is_asked_may_change_while_it_runs() -> None:
    class Noting(Client):
        def transcribe(
            self,
            clip: Clip,
            parameters: Parameters | None = None,
            on_queue_position: OnQueuePosition | None = None,
        ) -> Transcript:
            asked.append(parameters)
            return super().transcribe(clip, parameters, on_queue_position)

    asked: list[Parameters | None] = []
    client = Noting(said)
    found = started(client, HELLO, PAUSE)
    until(lambda: len(found.transcript.chunks) == 1)
    found.ask(TranscribeSettings(client, {"num_beams": 2}, with_partials=False))
    speak(found, FOX, PAUSE)
    ended(found)
    assert asked == [{}, {"num_beams": 2}]


def test_ten_talks_leave_no_thread_behind() -> None:
    before = threading.active_count()
    for _ in range(10):
        ended(started(Client(said), HELLO, PAUSE))
    assert threading.active_count() <= before


def test_the_delay_counts_from_when_the_words_came_however_late_they_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add = Segmenter.add

    def late(segmenter: Segmenter, samples: Samples) -> list[Chunk]:
        assert go_on.wait(60)
        return add(segmenter, samples)

    go_on = Event()
    monkeypatch.setattr(Segmenter, "add", late)
    found = started(Client(said), HELLO, PAUSE)
    time.sleep(1)
    go_on.set()
    delay = ended(found).result.last_delay
    assert delay
    assert delay > 1


def test_where_nothing_arrives_for_a_while_the_same_talk_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_queue, "_BREAK", 1.0)
    monkeypatch.setattr(frame_queue, "_LOST", 600)
    found = started(Client(said), HELLO)
    until(lambda: found.state is State.INTERRUPTED and found.transcript.text)
    speak(found, FOX)
    until(lambda: found.state is not State.INTERRUPTED)
    assert ended(found).transcript.text == "Chunk 0. Chunk 1."


def test_the_transcript_names_the_endpoints_that_were_asked() -> None:
    other = Client(said)
    other.endpoint_name = "whisper-tiny"
    found = started(Client(said), HELLO, PAUSE)
    assert found.transcript.endpoint_name == "whisper-base"
    until(lambda: found.transcript.text)
    found.ask(TranscribeSettings(other, {"num_beams": 2}, with_partials=False))
    assert found.transcript.endpoint_name == "whisper-base"
    speak(found, FOX, PAUSE)
    heard = ended(found).transcript
    assert (heard.endpoint_name, heard.parameters) == ("whisper-base, whisper-tiny", {"num_beams": 2})


def test_a_partial_text_goes_when_nobody_wants_it_any_more() -> None:
    client = Client(said)
    found = started(client, FOX[:-4000], with_partials=True)
    until(lambda: found.result.partial)
    found.ask(TranscribeSettings(client, {}, with_partials=False))
    until(lambda: not found.result.partial)
    ended(found)


def test_a_talk_that_nothing_reaches_any_more_says_that_it_was_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopped = ended(started(Client(said), HELLO))
    assert not stopped.was_cut_off
    monkeypatch.setattr(frame_queue, "_BREAK", 0.2)
    monkeypatch.setattr(frame_queue, "_LOST", 600)
    found = started(Client(said), HELLO)
    until(lambda: found.state is State.INTERRUPTED)
    assert ended(found).was_cut_off

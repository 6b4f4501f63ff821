"""A live session with real voice activity detection, and an endpoint whose answers the test sets."""

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
from tests.live.frames import frames, through_opus
from tests.live.live_sessions import FOX, HELLO, PAUSE, ended, speak, started, until


def test_utterances_arrive_in_order_with_their_times_and_the_audio_is_recorded() -> None:
    found = ended(started(Client(said), HELLO, PAUSE, FOX, PAUSE, HELLO))
    transcript = found.transcript
    assert transcript.text == "Chunk 0. Chunk 1. Chunk 2."
    first, second, third = transcript.chunks
    assert first.end < second.start < len(HELLO) / 16_000 + 1.2
    assert second.end < third.start
    assert (found.state, found.problem, found.error) == (State.ENDED, None, None)
    kept = read_clip(found.recorder.wav(), "")
    assert kept.seconds == pytest.approx(transcript.seconds, abs=0.01)
    assert kept.seconds == pytest.approx((2 * len(HELLO) + len(FOX)) / 16_000 + 2, abs=0.1)


def test_the_last_utterance_is_transcribed_though_no_pause_follows() -> None:
    assert ended(started(Client(said), FOX[:-4000])).transcript.text == "Chunk 0."


def test_silence_and_noise_send_no_request() -> None:
    client = Client(said)
    noise = (np.random.default_rng(1).normal(0, 1500, 160_000)).astype(np.int16)
    found = ended(started(client, PAUSE, noise, PAUSE, with_partials=True))
    assert (client.sent, found.transcript.text, found.result.partial) == ([], "", "")


@pytest.mark.parametrize("bit_rate", [6_000, 24_000])
def test_noise_from_a_codec_and_a_connection_that_loses_frames_sends_no_request(bit_rate: int) -> None:
    client, chance = Client(said), np.random.default_rng(1)
    noise = chance.normal(0, 800, 320_000).astype(np.int16)
    found = LiveSession(TranscribeSettings(client, {}, with_partials=True))
    for frame in through_opus(noise, bit_rate):
        if chance.random() > 0.1:
            found.frames.push(frame)
    assert ended(found).lost_seconds > 1
    assert (client.sent, found.transcript.text) == ([], "")


def test_no_utterance_is_longer_than_an_endpoint_takes() -> None:
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


def test_the_state_follows_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_settings_may_change_while_it_runs() -> None:
    class Noting(Client):
        def transcribe(
            self,
            clip: Clip,
            parameters: Parameters | None = None,
            on_queue_position: OnQueuePosition | None = None,
        ) -> Transcript:
            sent.append(parameters)
            return super().transcribe(clip, parameters, on_queue_position)

    sent: list[Parameters | None] = []
    client = Noting(said)
    found = started(client, HELLO, PAUSE)
    until(lambda: len(found.transcript.chunks) == 1)
    found.configure(TranscribeSettings(client, {"num_beams": 2}, with_partials=False))
    speak(found, FOX, PAUSE)
    ended(found)
    assert sent == [{}, {"num_beams": 2}]


def test_ten_sessions_leave_no_thread_behind() -> None:
    before = threading.active_count()
    for _ in range(10):
        ended(started(Client(said), HELLO, PAUSE))
    assert threading.active_count() <= before


def test_the_delay_counts_from_the_arrival_of_the_speech_however_late_it_is_processed(
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


def test_where_nothing_arrives_for_a_while_the_same_session_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 1.0)
    monkeypatch.setattr(frame_queue, "_TIMEOUT", 600)
    found = started(Client(said), HELLO)
    until(lambda: found.state is State.INTERRUPTED and found.transcript.text)
    speak(found, FOX)
    until(lambda: found.state is not State.INTERRUPTED)
    assert ended(found).transcript.text == "Chunk 0. Chunk 1."


def test_the_transcript_names_the_endpoints_that_transcribed_it() -> None:
    other = Client(said)
    other.endpoint_name = "whisper-tiny"
    found = started(Client(said), HELLO, PAUSE)
    assert found.transcript.endpoint_name == "whisper-base"
    until(lambda: found.transcript.text)
    found.configure(TranscribeSettings(other, {"num_beams": 2}, with_partials=False))
    assert found.transcript.endpoint_name == "whisper-base"
    speak(found, FOX, PAUSE)
    transcript = ended(found).transcript
    assert (transcript.endpoint_name, transcript.parameters) == (
        "whisper-base, whisper-tiny",
        {"num_beams": 2},
    )


def test_a_session_whose_connection_is_lost_was_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopped = ended(started(Client(said), HELLO))
    assert not stopped.was_cut_off
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 0.2)
    monkeypatch.setattr(frame_queue, "_TIMEOUT", 600)
    found = started(Client(said), HELLO)
    until(lambda: found.state is State.INTERRUPTED)
    assert ended(found).was_cut_off


def test_lost_frames_are_counted_and_silent_so_that_later_times_are_right() -> None:
    found = LiveSession(TranscribeSettings(Client(said), {}, with_partials=False))
    whole = list(frames(np.concatenate([HELLO, PAUSE, PAUSE, FOX, PAUSE])))
    lost = slice(len(HELLO) // 320 + 30, len(HELLO) // 320 + 70)
    for frame in (*whole[: lost.start], *whole[lost.stop :]):
        found.frames.push(frame)
    transcript = ended(found).transcript
    assert found.lost_seconds == pytest.approx(0.8)
    assert transcript.lost_seconds == 0.8
    assert not transcript.is_whole
    complete = ended(started(Client(said), HELLO, PAUSE, PAUSE, FOX, PAUSE))
    assert complete.transcript.is_whole
    assert found.seconds == pytest.approx(complete.seconds, abs=0.01)
    assert found.recorder.bytes_kept == pytest.approx(complete.recorder.bytes_kept, abs=320)
    times, expected = (
        np.array([(c.start, c.end) for c in t.chunks]) for t in (transcript, complete.transcript)
    )
    assert times == pytest.approx(expected, abs=0.1)

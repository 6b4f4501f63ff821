"""Long recordings: chunks in order, failures, resuming; the real voice activity, an endpoint that answers as told."""

from collections.abc import Iterator
from itertools import chain
from threading import Barrier, Event, Timer

import numpy as np
import pytest

from components.audio.decoding import Clip, Samples, read_clip
from components.audio.recording import Recording, open_recording
from components.core.errors import (
    EndpointNotFoundError,
    EndpointNotReadyError,
    EndpointUnreachableError,
    ModelFailedError,
    PortalError,
    RequestRejectedError,
    RequestTimedOutError,
    ThrottledError,
    UnreadableAudioError,
)
from components.endpoint_client.long_request import LongRequest
from components.endpoint_client.long_transcription import LongTranscription
from components.whisper.parameter_rules import InvalidParametersError
from tests.endpoint_client.hearing import SILENCE, Client, carried_out, said
from tests.pages.driver import speech

pytestmark = pytest.mark.usefixtures("no_pauses")


def test_the_chunks_are_sent_and_their_texts_stand_in_order(recording: Recording) -> None:
    client = Client(said)
    job = LongTranscription(client, LongRequest(recording))
    assert job.heard_until == 0
    found = carried_out(job).transcript
    assert client.sent == [0, 1, 2, 3]
    assert found.text == "Chunk 0. Chunk 1. Chunk 2. Chunk 3."
    assert found.is_whole
    # It has come to the end, though nobody speaks there.
    assert job.heard_until == found.seconds > found.chunks[-1].end
    assert found.seconds == pytest.approx(recording.seconds, abs=0.1)
    starts = [segment.start for segment in found.segments]
    assert starts == sorted(starts)


def test_as_many_as_allowed_are_under_way_and_the_order_stays(recording: Recording) -> None:
    together = Barrier(2)

    def answer(number: int) -> str:
        # Each waits for another: one at a time none would ever be answered.
        together.wait(20)
        return said(number)

    found = carried_out(LongTranscription(Client(answer), LongRequest(recording, at_once=2))).transcript
    assert len(found.chunks) == 4
    assert [chunk.start for chunk in found.chunks] == sorted(chunk.start for chunk in found.chunks)


@pytest.mark.parametrize(
    "kind",
    [
        EndpointNotReadyError,
        EndpointUnreachableError,
        ModelFailedError,
        RequestTimedOutError,
        ThrottledError,
    ],
)
def test_a_chunk_that_fails_is_sent_again_by_itself(recording: Recording, kind: type[PortalError]) -> None:
    failures = [kind("It broke.", "Wait."), kind("It broke.", "Wait.")]

    def answer(number: int) -> str:
        if number == 1 and failures:
            raise failures.pop()
        return said(number)

    client = Client(answer)
    found = carried_out(LongTranscription(client, LongRequest(recording))).transcript
    assert client.sent == [0, 1, 1, 1, 2, 3]
    assert found.is_whole
    assert [chunk.tries for chunk in found.chunks] == [1, 3, 1, 1]


def test_a_chunk_that_fails_for_good_is_a_gap_and_those_after_it_are_heard(recording: Recording) -> None:
    def answer(number: int) -> str:
        if number == 1:
            raise RequestRejectedError("The container refused it.", "Change it.")
        return said(number)

    client = Client(answer)
    found = carried_out(LongTranscription(client, LongRequest(recording))).transcript
    # What the container refuses it refuses again.
    assert client.sent == [0, 1, 2, 3]
    assert found.text == "Chunk 0.\n\nChunk 2. Chunk 3."
    (gap,) = found.gaps
    assert gap.error == "The container refused it. Change it."
    assert found.unsent is None


def test_a_recording_that_can_not_be_read_to_its_end_is_not_whole(recording: Recording) -> None:
    class Breaking(Recording):
        def blocks(self) -> Iterator[Samples]:
            for number, block in enumerate(chain(recording.blocks(), recording.blocks())):
                if number == 45:
                    raise UnreadableAudioError("talk.wav can't be read.", "Look at it.")
                yield block

    broken = Breaking(recording.content, "talk.wav", "", recording.seconds)
    job = LongTranscription(Client(said), LongRequest(broken))
    with pytest.raises(UnreadableAudioError):
        carried_out(job)
    # What came before it broke off was heard to its last word.
    assert job.transcript.text == " ".join(map(said, range(8)))
    assert not job.transcript.is_whole


def test_where_every_chunk_was_sent_nothing_is_called_unsent(recording: Recording) -> None:
    def answer(number: int) -> str:
        if number:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    found = carried_out(LongTranscription(Client(answer), LongRequest(recording))).transcript
    assert len(found.gaps) == 3
    assert found.unsent is None


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (EndpointNotFoundError("It is gone.", "Deploy it."), [0, 0, 0]),
        (RequestRejectedError("It is broken.", "Deploy it anew."), [0, 1, 2]),
    ],
)
def test_an_endpoint_that_answers_nothing_is_given_up(
    recording: Recording, error: PortalError, sent: list[int], no_pauses: None
) -> None:
    def answer(_number: int) -> str:
        raise error

    client = Client(answer)
    found = carried_out(LongTranscription(client, LongRequest(recording))).transcript
    assert client.sent == sent
    assert found.unsent == str(error)
    assert not found.is_whole


def test_an_endpoint_that_is_started_again_meanwhile_loses_nothing(
    recording: Recording, no_pauses: None
) -> None:
    def answer(number: int) -> str:
        if client.sent == [0]:
            raise EndpointNotFoundError("It is gone.", "Deploy it.")
        return said(number)

    client = Client(answer)
    found = carried_out(LongTranscription(client, LongRequest(recording))).transcript
    assert client.sent == [0, 0, 1, 2, 3]
    assert found.is_whole


def test_an_endpoint_that_answers_now_and_then_is_not_given_up(recording: Recording) -> None:
    def answer(number: int) -> str:
        if number != 2:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    found = carried_out(LongTranscription(Client(answer), LongRequest(recording))).transcript
    assert [chunk.error is None for chunk in found.chunks] == [False, False, True, False]
    assert found.unsent is None


def test_what_goes_wrong_while_another_chunk_is_being_cut_is_told(recording: Recording) -> None:
    is_cutting, go_on = Event(), Event()

    class Slow(Recording):
        def blocks(self) -> Iterator[Samples]:
            for number, block in enumerate(chain(recording.blocks(), recording.blocks())):
                if number == 45:
                    is_cutting.set()
                    assert go_on.wait(30)
                yield block

    def answer(number: int) -> str:
        if number:
            return said(number)
        assert is_cutting.wait(30)
        # By then the failure has come to whoever asked for the transcript.
        Timer(0.5, go_on.set).start()
        raise ZeroDivisionError

    slow = Slow(recording.content, "talk.wav", "", recording.seconds)
    with pytest.raises(ZeroDivisionError):
        carried_out(LongTranscription(Client(answer), LongRequest(slow, at_once=2)))


def test_parameters_that_the_container_would_refuse_are_told_before_anything_is_sent(
    recording: Recording,
) -> None:
    client = Client(said)
    with pytest.raises(InvalidParametersError):
        carried_out(LongTranscription(client, LongRequest(recording, {"num_beams": 0})))
    assert client.sent == []


def test_where_nobody_speaks_nothing_is_sent() -> None:
    silence = open_recording(Clip(np.zeros(40 * 16_000, np.int16), "", "").wav(), "silence.wav")
    client = Client(said)
    found = carried_out(LongTranscription(client, LongRequest(silence))).transcript
    assert (client.sent, found.text, found.is_whole) == ([], "", True)


def test_a_recording_that_is_damaged_in_the_middle_gives_its_beginning() -> None:
    clip = read_clip(speech("en/quick_brown_fox.wav"), "").samples
    wav = Clip(np.concatenate([clip, SILENCE, clip]), "talk.wav", "").wav()
    found = carried_out(
        LongTranscription(Client(said), LongRequest(open_recording(wav[: len(wav) // 2], "talk.wav")))
    )
    assert found.transcript.text == "Chunk 0."
    # Its header tells that there was more.
    assert (found.transcript.is_whole, found.transcript.unsent_from) == (False, None)
    assert found.transcript.promised == pytest.approx(len(wav) / 32_000, abs=0.01)
    assert found.transcript.audio_seconds == pytest.approx(len(wav) / 64_000, abs=0.01)

"""Long transcriptions in threads of their own."""

from collections.abc import Iterator
from threading import Event

import pytest

from components.audio.decoding import Samples
from components.audio.recording import Recording
from components.core.errors import RequestRejectedError, UnreadableAudioError
from components.endpoint_client.long_job import LongJob
from components.endpoint_client.long_request import LongRequest
from tests.endpoint_client.hearing import Client, said


@pytest.fixture
def go_on() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def ended(job: LongJob) -> LongJob:
    job.wait()
    return job


def test_it_goes_on_by_itself_and_shows_what_it_has_by_now(recording: Recording, go_on: Event) -> None:
    def answer(number: int) -> str:
        assert number == 0 or go_on.wait(30)
        return said(number)

    job = LongJob(Client(answer), LongRequest(recording))
    while not job.transcript.chunks:
        assert job.is_running
    assert job.transcript.text == "Chunk 0."
    go_on.set()
    assert ended(job).transcript.is_whole
    assert (job.is_running, job.is_cancelled, job.error) == (False, False, None)
    assert (job.is_whole, job.is_worth_another_try) == (True, False)
    # Worked out once, however often it is looked at.
    assert job.transcript is job.transcript


def test_cancelled_it_keeps_what_it_has_and_can_be_taken_up_again(recording: Recording, go_on: Event) -> None:
    def answer(number: int) -> str:
        assert number == 0 or go_on.wait(30)
        return said(number)

    job = LongJob(Client(answer), LongRequest(recording, {"num_beams": 2}))
    while not job.transcript.chunks:
        pass
    job.cancel()
    go_on.set()
    assert 1 <= len(ended(job).transcript.chunks) < 4
    assert job.is_worth_another_try
    again = ended(job.again())
    assert again.transcript.text == "Chunk 0. Chunk 1. Chunk 2. Chunk 3."
    assert again.request.parameters == {"num_beams": 2}
    assert again.id != job.id


def test_only_what_failed_is_sent_again(recording: Recording) -> None:
    broken = [True]

    def answer(number: int) -> str:
        if number == 2 and broken:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    client = Client(answer)
    job = ended(LongJob(client, LongRequest(recording)))
    broken.clear()
    client.sent.clear()
    assert ended(job.again()).is_whole
    assert client.sent == [2]


def test_what_goes_wrong_is_told(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ended(LongJob(Client(said), LongRequest(recording, {"num_beams": 0})))
    assert job.error
    assert "num_beams" in job.error.what

    def unforeseen(_number: int) -> str:
        raise ZeroDivisionError

    job = ended(LongJob(Client(unforeseen), LongRequest(recording)))
    assert str(job.error) == "Transcribing talk.wav failed: ZeroDivisionError. The portal's log says more."


def test_a_recording_that_breaks_off_is_worth_no_other_try_but_its_gaps_are(recording: Recording) -> None:
    class Breaking(Recording):
        def blocks(self) -> Iterator[Samples]:
            yield from recording.blocks()
            raise UnreadableAudioError("talk.wav can't be read.", "Look at it.")

    def answer(number: int) -> str:
        if number == 1 and is_broken:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    is_broken = True
    broken = Breaking(recording.content, "talk.wav", "", recording.seconds)
    job = ended(LongJob(Client(answer), LongRequest(broken)))
    assert (job.is_whole, job.is_worth_another_try) == (False, True)
    is_broken = False
    again = ended(job.again())
    assert again.transcript.text.startswith("Chunk 0. Chunk 1. Chunk 2.")
    assert (again.is_whole, again.is_worth_another_try) == (False, False)

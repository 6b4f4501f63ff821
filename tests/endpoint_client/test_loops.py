"""Chunks that repeat themselves are tried once more with other parameters, if somebody asks for it."""

from threading import Event

import pytest

from components.audio.decoding import Clip
from components.audio.recording import Recording
from components.core.errors import EndpointNotFoundError, PortalError, RequestRejectedError
from components.endpoint_client.long_job import LongJob
from components.endpoint_client.long_request import AGAINST_LOOPS, LongRequest
from components.endpoint_client.long_transcription import LongTranscription
from components.endpoint_client.request_queue import OnQueuePosition
from components.transcript.long_transcript import LongTranscript
from components.transcript.result import Transcript
from components.whisper.parameters import Parameters
from tests.endpoint_client.hearing import Client, carried_out, said

LOOP = "and so on and so on and so on and so on"
LOOPING = {1, 3}

pytestmark = pytest.mark.usefixtures("no_pauses")


class Looping(Client):
    """Gets caught in chunks 1 and 3; `cure` is what it hears, or raises, with further parameters."""

    def __init__(self, cure: str | PortalError = "Cured.") -> None:
        super().__init__(lambda number: LOOP if number in LOOPING else said(number))
        self.cure = cure
        self.asked: list[Parameters] = []

    def transcribe(
        self,
        clip: Clip,
        parameters: Parameters | None = None,
        on_queue_position: OnQueuePosition | None = None,
    ) -> Transcript:
        self.asked.append(dict(parameters or {}))
        heard = super().transcribe(clip, parameters, on_queue_position)
        if not (parameters or {}).keys() & AGAINST_LOOPS.keys():
            return heard
        if isinstance(self.cure, PortalError):
            raise self.cure
        return Transcript((self.cure,), clip.name, clip.seconds, 0.5, "whisper-base", parameters or {}, b"")


def ended(job: LongJob) -> LongJob:
    job.wait()
    return job


def again(client: Looping, recording: Recording, parameters: Parameters | None = None) -> LongTranscript:
    first = ended(LongJob(client, LongRequest(recording, parameters or {})))
    assert first.has_loops
    client.sent.clear()
    client.asked.clear()
    return ended(first.again_without_loops()).transcript


def test_only_they_are_sent_again_with_parameters_against_it(recording: Recording) -> None:
    client = Looping()
    found = again(client, recording, {"num_beams": 2})
    assert client.sent == [1, 3]
    assert client.asked == [{"num_beams": 2, "no_repeat_ngram_size": 3}] * 2
    assert found.text == "Chunk 0. Cured. Chunk 2. Cured."
    assert [segment.further for segment in found.segments] == [{}, AGAINST_LOOPS, {}, AGAINST_LOOPS]
    assert (found.has_loops, found.is_whole, found.parameters) == (False, True, {"num_beams": 2})


@pytest.mark.parametrize(
    ("cure", "told"),
    [
        (LOOP, "another try with no_repeat_ngram_size 3 repeats itself as well"),
        (RequestRejectedError("No.", "Stop."), "another try with no_repeat_ngram_size 3 failed: No. Stop."),
    ],
)
def test_another_try_in_vain_loses_nothing_and_is_told(
    recording: Recording, cure: str | PortalError, told: str
) -> None:
    found = again(Looping(cure), recording)
    assert found.text.count("and so on") == 8
    assert [told in segment.doubts for segment in found.segments] == [False, True, False, True]
    # What came to nothing is not offered again.
    assert not found.has_loops
    assert [chunk.tries for chunk in found.chunks] == [1, 2, 1, 2]


def test_an_endpoint_that_is_gone_takes_nothing_away(recording: Recording, no_pauses: None) -> None:
    found = again(Looping(EndpointNotFoundError("It is gone.", "Deploy it.")), recording)
    assert found.text.count("and so on") == 8
    assert (found.is_whole, found.unsent, found.unsent_from) == (True, "It is gone. Deploy it.", None)


def test_nothing_is_offered_where_it_is_set_already_or_nothing_repeats(recording: Recording) -> None:
    assert not ended(LongJob(Looping(), LongRequest(recording, {"no_repeat_ngram_size": 5}))).has_loops
    assert not ended(LongJob(Client(said), LongRequest(recording))).has_loops


def test_gaps_and_what_was_never_sent_stay_as_they_are(recording: Recording) -> None:
    cancelled = Event()
    client = Looping()

    def answer(number: int) -> str:
        if number == 0:
            raise RequestRejectedError("No.", "Change it.")
        if number == 2:
            cancelled.set()
        return LOOP if number in LOOPING else said(number)

    client.answer = answer
    first = carried_out(LongTranscription(client, LongRequest(recording)), cancelled).transcript
    request = LongRequest(recording, earlier=first, against_loops=True)
    client.sent.clear()
    found = carried_out(LongTranscription(client, request)).transcript
    assert client.sent == [1]
    assert found.text == "Cured. Chunk 2."
    assert len(found.gaps) == 1
    assert (found.unsent, found.unsent_from) == ("It was cancelled.", first.unsent_from)


def test_at_a_first_try_each_is_sent_once_more_at_once_if_asked_for(recording: Recording) -> None:
    client = Looping()
    found = carried_out(LongTranscription(client, LongRequest(recording, against_loops=True))).transcript
    assert client.sent == [0, 1, 1, 2, 3, 3]
    assert found.text == "Chunk 0. Cured. Chunk 2. Cured."

"""Another try of a long recording: only what is missing is sent."""

from dataclasses import replace

import pytest

from components.audio.recording import Recording
from components.core.errors import EndpointNotFoundError, RequestRejectedError
from components.endpoint_client.long_request import LongRequest
from components.endpoint_client.long_transcription import LongTranscription
from components.transcript.long_transcript import ChunkResult, LongTranscript
from tests.endpoint_client.hearing import Client, carried_out, said

pytestmark = pytest.mark.usefixtures("no_pauses")


def test_only_what_failed_is_sent_again_when_asked_for(recording: Recording) -> None:
    def answer(number: int) -> str:
        if number in {1, 2}:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    first = carried_out(LongTranscription(Client(answer), LongRequest(recording))).transcript
    client = Client(lambda number: f"Again {number}.")
    again = LongTranscription(client, LongRequest(recording, earlier=first))
    found = carried_out(again).transcript
    assert client.sent == [0, 1]
    assert found.text == "Chunk 0. Again 0. Again 1. Chunk 3."


def test_another_try_that_fails_loses_nothing_of_the_first(recording: Recording, no_pauses: None) -> None:
    def answer(number: int) -> str:
        if number == 1:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    def gone(_number: int) -> str:
        raise EndpointNotFoundError("It is gone.", "Deploy it.")

    first = carried_out(LongTranscription(Client(answer), LongRequest(recording))).transcript
    again = carried_out(LongTranscription(Client(gone), LongRequest(recording, earlier=first)))
    assert again.transcript.text == first.text
    assert again.transcript.unsent == "It is gone. Deploy it."
    assert again.transcript.seconds == first.seconds
    # What was heard by the first is not missing.
    assert again.transcript.unsent_from is None


def test_known_chunks_of_another_recording_are_not_taken(recording: Recording) -> None:
    other = ChunkResult(0.123, 5.0, ((0.2, 4.0),), text="Something else.")
    known = LongTranscript("other.wav", "whisper-base", {}, 5.0, (other,))
    found = carried_out(LongTranscription(Client(said), LongRequest(recording, earlier=known))).transcript
    assert "Something else" not in found.text
    assert found.text.startswith("Chunk 0.")


def test_a_chunk_that_was_shorter_where_reading_broke_off_is_sent_again(recording: Recording) -> None:
    first = carried_out(LongTranscription(Client(said), LongRequest(recording))).transcript
    short = replace(first.chunks[1], end=first.chunks[1].end - 0.5, text="Half of it.")
    client = Client(lambda _: "All of it.")
    known = (first.chunks[0], short, *first.chunks[2:])
    found = carried_out(
        LongTranscription(client, LongRequest(recording, earlier=replace(first, chunks=known)))
    ).transcript
    assert client.sent == [0]
    assert found.text == "Chunk 0. All of it. Chunk 2. Chunk 3."

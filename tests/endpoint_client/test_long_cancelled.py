"""A long recording that is cancelled."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event, Timer

import numpy as np
import pytest

from components.audio.decoding import Samples
from components.audio.recording import Recording
from components.core.errors import (
    ThrottledError,
)
from components.endpoint_client import long_transcription
from components.endpoint_client.long_request import LongRequest
from components.endpoint_client.long_transcription import LongTranscription
from components.endpoint_client.retry import LONG_RECORDING
from tests.endpoint_client.hearing import Client, carried_out, said

pytestmark = pytest.mark.usefixtures("no_pauses")


def cancelling(cancelled: Event, at: int) -> Callable[[int], str]:
    """Answers each chunk; while that chunk is on its way, somebody cancels."""

    def answer(number: int) -> str:
        if number == at:
            cancelled.set()
        return said(number)

    return answer


def test_cancelled_it_sends_no_more_and_keeps_what_it_has(recording: Recording) -> None:
    cancelled = Event()
    client = Client(cancelling(cancelled, 1))
    found = carried_out(LongTranscription(client, LongRequest(recording)), cancelled).transcript
    assert client.sent == [0, 1]
    assert found.text == "Chunk 0. Chunk 1."
    assert (found.unsent, found.is_whole) == ("It was cancelled.", False)
    assert found.unsent_from == found.chunks[1].end
    assert found.audio_seconds == recording.seconds
    assert found.seconds < found.audio_seconds


def test_no_more_waiting_for_an_endpoint_to_mend_once_it_is_cancelled(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_transcription, "LONG_RECORDING", replace(LONG_RECORDING, pauses=(3600.0,)))
    cancelled = Event()

    def answer(_number: int) -> str:
        Timer(0.1, cancelled.set).start()
        raise ThrottledError("Too many.", "Wait.")

    found = carried_out(LongTranscription(Client(answer), LongRequest(recording)), cancelled).transcript
    assert [gap.error for gap in found.gaps] == ["Too many. Wait."]
    assert found.chunks[0].tries == 1


def test_cancelled_while_the_last_chunk_is_on_its_way_nothing_is_missing(recording: Recording) -> None:
    cancelled = Event()
    client = Client(cancelling(cancelled, 3))
    found = carried_out(LongTranscription(client, LongRequest(recording)), cancelled).transcript
    assert found.text.endswith("Chunk 3.")
    assert (found.unsent, found.is_whole) == (None, True)


def test_cancelled_in_silence_it_does_not_read_on_for_long() -> None:
    class Endless(Recording):
        def blocks(self) -> Iterator[Samples]:
            while True:
                assert len(read) < 100
                read.append(1)
                if len(read) == 10:
                    cancelled.set()
                yield np.zeros(16_000, np.int16)

    read, cancelled = list[int](), Event()
    found = carried_out(LongTranscription(Client(said), LongRequest(Endless(b"", "", "", None))), cancelled)
    assert found.transcript.unsent == "It was cancelled."

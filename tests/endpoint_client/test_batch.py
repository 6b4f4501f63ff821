"""Several files, one after another."""

import io
from threading import Event
from zipfile import ZipFile

from components.audio.recording import Recording, open_recording
from components.core.errors import PortalError, RequestRejectedError, UnreadableAudioError
from components.endpoint_client.batch import Batch, SeveralFiles
from components.transcript.export import zipped
from components.whisper.parameters import Parameters
from tests.endpoint_client.hearing import Client, said
from tests.pages.driver import speech

BAD = UnreadableAudioError("bad.wav is no audio.", "Choose another.")


def hello(name: str = "hello.wav") -> Recording:
    return open_recording(speech("en/hello_world.wav"), name)


def files(*entries: Recording | PortalError) -> SeveralFiles:
    return SeveralFiles(tuple((e.name if isinstance(e, Recording) else "bad.wav", e) for e in entries))


def batch_of(
    client: Client, *entries: Recording | PortalError, parameters: Parameters | None = None
) -> Batch:
    return Batch(client, files(*entries).requests(parameters or {}))


def ended(batch: Batch) -> Batch:
    batch.wait()
    return batch


def texts(batch: Batch) -> list[str | None]:
    return [entry.job.transcript.text if entry.job else None for entry in batch.entries]


def test_one_bad_file_spoils_nothing() -> None:
    fox = open_recording(speech("en/quick_brown_fox.wav"), "fox.wav")
    batch = ended(batch_of(Client(said), hello(), BAD, fox, parameters={"num_beams": 2}))
    assert texts(batch) == ["Chunk 0.", None, "Chunk 1."]
    assert [entry.error for entry in batch.entries] == [None, BAD, None]
    assert [entry.is_worth_another_try for entry in batch.entries] == [False, False, False]
    assert batch.entries[2].request
    assert batch.entries[2].request.parameters == {"num_beams": 2}
    assert (batch.is_running, batch.is_cancelled) == (False, False)
    assert [recording.name for recording in batch.recordings] == ["hello.wav", "fox.wav"]


def test_cancelled_it_sends_no_other_file() -> None:
    sent, go_on = Event(), Event()

    def answer(number: int) -> str:
        sent.set()
        assert go_on.wait(30)
        return said(number)

    batch = batch_of(Client(answer), hello("a.wav"), hello("b.wav"))
    assert sent.wait(30)
    batch.cancel()
    go_on.set()
    batch.wait()
    assert texts(batch) == ["Chunk 0.", None]
    assert [entry.is_worth_another_try for entry in batch.entries] == [False, True]
    assert texts(ended(batch.again())) == ["Chunk 0.", "Chunk 0."]
    # What the first batch came to still stands there.
    assert texts(batch) == ["Chunk 0.", None]


def test_cancelled_it_sends_no_other_chunk_of_the_file_under_way(recording: Recording) -> None:
    sent, go_on = Event(), Event()

    def answer(number: int) -> str:
        sent.set()
        assert go_on.wait(30)
        return said(number)

    client = Client(answer)
    batch = batch_of(client, recording)
    assert sent.wait(30)
    batch.cancel()
    go_on.set()
    batch.wait()
    assert client.sent == [0]


def test_what_repeats_itself_is_sent_again_and_nothing_else() -> None:
    client = Client(lambda _: "and on and on and on and on")
    batch = ended(batch_of(client, hello("a.wav"), BAD))
    assert [entry.has_loops for entry in batch.entries] == [True, False]
    client.answer = lambda _: "Cured."
    client.sent.clear()
    again = ended(batch.again_without_loops())
    assert (client.sent, texts(again)) == ([0], ["Cured.", None])


def test_another_try_sends_only_what_is_missing_of_each_file(recording: Recording) -> None:
    def answer(number: int) -> str:
        if number == 2 and is_broken:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    is_broken, client = True, Client(answer)
    batch = ended(batch_of(client, recording, BAD, hello()))
    assert texts(batch) == ["Chunk 0. Chunk 1.\n\nChunk 3.", None, "Chunk 0."]
    is_broken = False
    client.sent.clear()
    again = ended(batch.again())
    assert client.sent == [2]
    assert texts(again) == ["Chunk 0. Chunk 1. Chunk 2. Chunk 3.", None, "Chunk 0."]
    assert [entry.error for entry in again.entries] == [None, BAD, None]
    assert again.id != batch.id


def test_another_try_that_is_cancelled_loses_nothing_of_the_first(recording: Recording) -> None:
    def answer(number: int) -> str:
        if number == 1:
            raise RequestRejectedError("No.", "Change it.")
        return said(number)

    batch = ended(batch_of(Client(answer), recording, recording))
    again = batch.again()
    again.cancel()
    assert texts(ended(again)) == texts(batch) == ["Chunk 0.\n\nChunk 2. Chunk 3."] * 2


def test_the_zip_has_every_file_in_every_format_and_no_name_twice() -> None:
    batch = ended(batch_of(Client(said), hello("talk.wav"), hello("Talk.mp3"), hello("talk (2).wav")))
    data = zipped([entry.job.transcript for entry in batch.entries if entry.job], ["bad.wav: failed."])
    with ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert archive.read("talk.txt") == b"Chunk 0.\n"
        assert archive.read("_missing.txt") == b"bad.wav: failed.\n"
    assert len(names) == len(set(names)) == 16
    assert {"talk.srt", "Talk (2).vtt", "Talk (2).json", "talk (2) (2).csv"} <= set(names)

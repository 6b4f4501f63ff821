"""Several files, one after another."""

import io
from threading import Event
from zipfile import ZipFile

from components.endpoint_client.batch import Batch, SeveralFiles
from components.errors import PortalError, UnreadableAudioError
from components.recording import Recording, open_recording
from components.transcript_files import zipped
from tests.endpoint_client.test_long import Client, said
from tests.pages.driver import speech

BAD = UnreadableAudioError("bad.wav is no audio.", "Choose another.")


def hello(name: str = "hello.wav") -> Recording:
    return open_recording(speech("en/hello_world.wav"), name)


def files(*entries: Recording | PortalError) -> SeveralFiles:
    return SeveralFiles(tuple((e.name if isinstance(e, Recording) else "bad.wav", e) for e in entries))


def test_one_bad_file_spoils_nothing() -> None:
    fox = open_recording(speech("en/quick_brown_fox.wav"), "fox.wav")
    batch = Batch(Client(said), files(hello(), BAD, fox), {"num_beams": 2})
    batch.wait()
    first, bad, last = batch.entries
    assert first.job
    assert last.job
    assert (first.job.transcript.text, last.job.transcript.text) == ("Piece 0.", "Piece 1.")
    assert (bad.job, bad.error) == (None, BAD)
    assert last.job.request.parameters == {"num_beams": 2}
    assert (batch.is_running, batch.is_cancelled) == (False, False)
    assert batch.bytes_in_memory == hello().bytes_in_memory + fox.bytes_in_memory


def test_cancelled_it_sends_no_other_file() -> None:
    sent, go_on = Event(), Event()

    def answer(number: int) -> str:
        sent.set()
        assert go_on.wait(30)
        return said(number)

    batch = Batch(Client(answer), files(hello("a.wav"), hello("b.wav")), {})
    assert sent.wait(30)
    batch.cancel()
    go_on.set()
    batch.wait()
    assert [entry.job is not None for entry in batch.entries] == [True, False]


def test_the_zip_has_every_file_in_every_format_and_no_name_twice() -> None:
    batch = Batch(Client(said), files(hello("talk.wav"), hello("Talk.mp3"), hello("talk (2).wav")), {})
    batch.wait()
    data = zipped(entry.job.transcript for entry in batch.entries if entry.job)
    with ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert archive.read("talk.txt") == b"Piece 0.\n"
    assert len(names) == len(set(names)) == 15
    assert {"talk.srt", "Talk (2).vtt", "Talk (2).json", "talk (2) (2).csv"} <= set(names)

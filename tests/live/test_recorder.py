"""What a live session records, and what happens where there is no room for it."""

from io import FileIO

import pytest

from components.audio.decoding import read_clip
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings
from tests.endpoint_client.hearing import Client, said
from tests.live.live_sessions import FOX, HELLO, PAUSE, ended, speak, started, until


def test_a_part_of_the_recording_can_be_read() -> None:
    found = ended(started(Client(said), HELLO, PAUSE, FOX))
    whole, part = read_clip(found.recorder.wav(), ""), read_clip(found.recorder.wav(1.0, 0.5), "")
    assert part.samples.tolist() == whole.samples[16_000:24_000].tolist()
    assert found.recorder.bytes_kept == 2 * len(whole.samples)


def test_a_full_disk_ends_it_with_advice_and_what_was_said_by_then_is_transcribed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = LiveSession(TranscribeSettings(Client(said), {}, with_partials=False))
    speak(found, HELLO[:-4_000])
    # All but what is not yet a block.
    until(lambda: found.seconds > (len(HELLO) - 4_000) / 16_000 - 0.09)
    kept = found.recorder.bytes_kept
    disk = Full(found.recorder._file)
    monkeypatch.setattr(found.recorder, "_file", disk)
    speak(found, PAUSE)
    until(lambda: not found.is_running)
    assert "No space left on device" in str(found.error)
    assert "temporary folder" in str(found.error)
    transcript = found.transcript
    assert transcript.text == "Chunk 0."
    assert not transcript.is_whole
    assert transcript.unsent_from == transcript.chunks[-1].end
    # Of the block that did not fit all whole samples are there.
    assert found.recorder.bytes_kept == kept + 10
    assert len(read_clip(found.recorder.wav(), "").samples) == found.recorder.bytes_kept / 2


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
    found = started(Client(said), HELLO)
    until(lambda: not found.is_running)
    assert "temporary folder" in str(found.error)
    assert found.recorder.bytes_kept == 0


def no_folder(**_how: object) -> None:
    raise FileNotFoundError(2, "No usable temporary directory found")

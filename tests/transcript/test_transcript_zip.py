"""Names in a zip of transcripts: whatever the files were called, they are unpacked where somebody wants them."""

import io
from pathlib import PurePosixPath, PureWindowsPath
from zipfile import ZipFile

import pytest

from components.transcript.export import zipped
from components.transcript.long_transcript import LongTranscript


def names(*files: str) -> list[str]:
    transcripts = [LongTranscript(name, "whisper-base", {}, seconds=1.0) for name in files]
    return [name for name in ZipFile(io.BytesIO(zipped(transcripts))).namelist() if name.endswith(".txt")]


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.wav",
        "/etc/evil.wav",
        "..\\..\\evil.wav",
        "C:\\Windows\\evil.wav",
        "C:evil.wav",
        "\\\\server\\share\\evil.wav",
        "..",
        ".bashrc",
        "a\0b\n.wav",
        "<img src=x>|?*.wav",
    ],
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    (found,) = names(name)
    for path in (PurePosixPath(found), PureWindowsPath(found)):
        assert path.parts == (found,)
    assert not found.startswith("..")
    assert not set(found) & set('\\/:*?"<>|\0\n')


def test_names_that_become_the_same_are_numbered() -> None:
    assert names("a:b.wav", "a?b.mp3", "my talk.wav") == ["a_b.txt", "a_b (2).txt", "my talk.txt"]

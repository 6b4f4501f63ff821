"""LibriSpeech's layout: transcripts beside their FLAC files, speaker by speaker."""

from pathlib import Path

import pytest

from components.evaluation.datasets.dataset import DatasetError, open_dataset
from tests.evaluation.datasets.made_files import WAV, Files, ids, make_folder, zipped

CHAPTER = "LibriSpeech/test-other/1688/142285/1688-142285"
SET: Files = {
    "LibriSpeech/LICENSE.TXT": "CC BY 4.0",
    f"{CHAPTER}.trans.txt": f"{Path(CHAPTER).name}-0000 THERE'S IRON\n{Path(CHAPTER).name}-0001 THEY SAY\n",
    f"{CHAPTER}-0000.flac": WAV,
    f"{CHAPTER}-0001.flac": WAV,
    "LibriSpeech/test-other/367/130732/367-130732.trans.txt": "367-130732-0000 LOBSTERS\n",
    "LibriSpeech/test-other/367/130732/367-130732-0000.flac": WAV,
}


def test_a_set_as_it_is_unpacked(tmp_path: Path) -> None:
    dataset = open_dataset(make_folder(tmp_path, SET) / "LibriSpeech" / "test-other")
    assert (dataset.name, dataset.selection) == ("LibriSpeech test-other", "all 3 utterances")
    assert ids(dataset) == ["1688-142285-0000", "1688-142285-0001", "367-130732-0000"]
    assert [u.reference for u in dataset.utterances] == ["THERE'S IRON", "THEY SAY", "LOBSTERS"]
    assert {u.language for u in dataset.utterances} == {"english"}
    assert not dataset.language_assumed
    assert "CC BY 4.0" in dataset.about
    assert dataset.findings == ()


@pytest.mark.parametrize(
    ("below", "name", "count"),
    [
        (".", "LibriSpeech test-other", 3),
        ("LibriSpeech", "LibriSpeech test-other", 3),
        ("LibriSpeech/test-other/1688", "LibriSpeech test-other/1688/142285", 2),
        ("LibriSpeech/test-other/1688/142285", "LibriSpeech test-other/1688/142285", 2),
    ],
)
def test_the_name_says_which_part_it_is(tmp_path: Path, below: str, name: str, count: int) -> None:
    dataset = open_dataset(make_folder(tmp_path, SET) / below)
    assert (dataset.name, len(dataset.utterances)) == (name, count)


def test_a_zip_of_it_is_the_same_set(tmp_path: Path) -> None:
    dataset = zipped(SET)
    assert dataset.name == "LibriSpeech test-other"
    assert dataset.digest() == open_dataset(make_folder(tmp_path, SET)).digest()


def test_several_parts_have_no_parts_name(tmp_path: Path) -> None:
    both = {
        **SET,
        "LibriSpeech/dev-clean/1/2/1-2.trans.txt": "1-2-0 A\n",
        "LibriSpeech/dev-clean/1/2/1-2-0.flac": WAV,
    }
    assert open_dataset(make_folder(tmp_path, both) / "LibriSpeech").name == "LibriSpeech"


def test_lines_that_cannot_be_used_are_named() -> None:
    lines = b"1-2-0 FINE\n1-2-1 NO FILE\n\n1-2-2 \xff\xfe\n1-2-3\r\n1-2-0 AGAIN\n1-2-4 SILENT\n"
    files: Files = {"1-2.trans.txt": lines, **{f"1-2-{n}.flac": WAV for n in (0, 2, 3)}, "1-2-4.flac": b""}
    dataset = zipped(files)
    assert ids(dataset) == ["1-2-0"]
    assert dataset.findings == (
        "1-2.trans.txt, line 2: 1-2-1.flac is not there, or can't be used.",
        "1-2.trans.txt, line 4 is not UTF-8.",
        "1-2.trans.txt, line 5: 1-2-3.flac has an empty reference.",
        "1-2.trans.txt, line 6: the id 1-2-0 was there before.",
        "1-2.trans.txt, line 7: 1-2-4.flac is empty (0 bytes).",
    )
    assert dataset.faults == 5


def test_transcripts_without_any_audio() -> None:
    with pytest.raises(DatasetError) as caught:
        zipped({"1-2.trans.txt": "".join(f"1-2-{n} WORD\n" for n in range(5))})
    assert caught.value.what.startswith(
        "mine.zip holds no utterance that can be used. 1-2.trans.txt, line 1: "
    )
    assert caught.value.what.endswith("And 2 more.")

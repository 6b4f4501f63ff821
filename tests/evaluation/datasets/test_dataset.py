"""Data sets: opening them wherever they lie, selecting from them, reading their audio."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.audio.decoding import wav_header
from components.core.errors import UnreadableAudioError
from components.evaluation.datasets.dataset import (
    BUNDLED_FOLDER,
    Dataset,
    DatasetError,
    bundled,
    first,
    open_dataset,
    open_zip,
    sample,
)
from tests.evaluation.datasets.made_files import WAV, Files, ids, make_folder, make_zip, zipped

ROWS = "".join(f"{number}.wav,sentence {number}\n" for number in range(10))
TEN: Files = {"manifest.csv": f"file,text\n{ROWS}", **{f"{number}.wav": WAV for number in range(10)}}


@pytest.fixture
def ten() -> Dataset:
    return zipped(TEN)


def test_a_zip_and_a_folder_of_the_same_files_are_the_same_set(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "mine", TEN)
    (tmp_path / "mine.zip").write_bytes(make_zip(TEN))
    found = [open_dataset(folder), open_dataset(tmp_path / "mine.zip"), open_zip(make_zip(TEN), "other.zip")]
    assert [ids(dataset) for dataset in found] == [[f"{number}.wav" for number in range(10)]] * 3
    assert len({dataset.digest() for dataset in found}) == 1
    assert [dataset.name for dataset in found] == ["mine", "mine.zip", "other.zip"]
    assert {dataset.selection for dataset in found} == {"all 10 utterances"}
    assert [dataset.findings for dataset in found] == [()] * 3


def test_a_zip_made_of_a_folder_holds_the_same_set(ten: Dataset) -> None:
    inside = zipped({f"mine/{name}": contents for name, contents in TEN.items()})
    assert inside.digest() == ten.digest()


@pytest.mark.parametrize(
    ("old", "new"), [("sentence 3", "sentence three"), ("3.wav,", "./3.wav,"), ("file,text", "file,text,x")]
)
def test_the_digest_follows_ids_and_references_and_nothing_else(ten: Dataset, old: str, new: str) -> None:
    other = zipped({**TEN, "manifest.csv": f"file,text\n{ROWS}".replace(old, new)})
    assert (other.digest() == ten.digest()) == (old == "file,text")


def test_the_digest_follows_audio_and_language(ten: Dataset) -> None:
    # As long as the other one.
    assert zipped({**TEN, "3.wav": WAV[:-1] + b"\1"}).digest() != ten.digest()
    assert open_zip(make_zip(TEN), "mine.zip", "french").digest() != ten.digest()


def test_the_language_given_counts_where_the_set_says_none() -> None:
    said: Files = {"a.csv": "file,text,language\n1.wav,one,German\n2.wav,two,\n", "1.wav": WAV, "2.wav": WAV}
    found = open_zip(make_zip(said), "mine.zip", "french")
    assert [utterance.language for utterance in found.utterances] == ["german", "french"]
    assert found.language_assumed
    whole = zipped({**said, "a.csv": "file,text,language\n1.wav,one,de\n2.wav,two,fr\n"})
    assert not whole.language_assumed


def test_audio_is_decoded(ten: Dataset) -> None:
    clip = ten.utterances[3].read()
    assert (len(clip.samples), clip.name) == (1600, "3.wav")


def test_many_threads_read_at_once(tmp_path: Path) -> None:
    files = {**TEN, **{f"{number}.wav": WAV + bytes(2 * number) for number in range(10)}}
    (tmp_path / "mine.zip").write_bytes(make_zip(files))
    for dataset in (open_zip(make_zip(files), "mine.zip"), open_dataset(tmp_path / "mine.zip")):
        with ThreadPoolExecutor(8) as threads:
            clips = list(threads.map(lambda utterance: utterance.read(), dataset.utterances * 20))
        assert [clip.name for clip in clips] == ids(dataset) * 20
        assert {len(clip.samples) for clip in clips} == {1600}


@pytest.mark.parametrize("data", [b"not sound", wav_header(0)])
def test_what_is_no_sound_is_known_when_it_is_read(data: bytes) -> None:
    dataset = zipped({**TEN, "3.wav": data})
    with pytest.raises(UnreadableAudioError, match=r"^3\.wav "):
        dataset.utterances[3].read()
    assert dataset.utterances[4].read().seconds == 0.1


def test_a_file_that_has_gone_is_named_when_it_is_read(tmp_path: Path) -> None:
    dataset = open_dataset(make_folder(tmp_path / "mine", TEN))
    (tmp_path / "mine" / "3.wav").unlink()
    with pytest.raises(UnreadableAudioError, match=r"3\.wav can't be read: No such file"):
        dataset.utterances[3].read()


def test_the_first_ones(ten: Dataset) -> None:
    chosen = first(ten, 3)
    assert ids(chosen) == ["0.wav", "1.wav", "2.wav"]
    assert chosen.selection == "the first 3 of 10 utterances"
    assert chosen.digest() != ten.digest()
    three = "".join(ROWS.splitlines(keepends=True)[:3])
    assert chosen.digest() == zipped({**TEN, "manifest.csv": f"file,text\n{three}"}).digest()


def test_a_sample_is_drawn_by_its_seed_and_keeps_the_order(ten: Dataset) -> None:
    chosen = sample(ten, 4, seed=1)
    assert ids(chosen) == sorted(ids(chosen))
    assert chosen.selection == "a random sample of 4 of 10 utterances (seed 1)"
    assert ids(sample(ten, 4, seed=1)) == ids(chosen)
    assert len({tuple(ids(sample(ten, 4, seed))) for seed in range(20)}) > 10
    assert set(ids(chosen)) < set(ids(sample(ten, 5, seed=1)))


def test_a_sample_is_the_same_on_every_computer(ten: Dataset) -> None:
    # The four whose SHA-256 of "0 <id>" comes first, as sha256sum and sort find them.
    assert ids(sample(ten, 4, seed=0)) == ["4.wav", "5.wav", "6.wav", "8.wav"]


def test_every_utterance_is_drawn_as_often(ten: Dataset) -> None:
    drawn = [id_ for seed in range(2000) for id_ in ids(sample(ten, 3, seed))]
    # 600 expected of each, with a standard deviation of 20.
    assert all(500 < drawn.count(id_) < 700 for id_ in ids(ten))


def test_more_than_there_are_is_all(ten: Dataset) -> None:
    assert first(ten, 10) is ten
    assert sample(ten, 11, seed=0) is ten


def test_a_selection_of_a_selection_says_both(ten: Dataset) -> None:
    twice = first(sample(ten, 4, seed=1), 2)
    assert twice.selection == "the first 2 of a random sample of 4 of 10 utterances (seed 1)"
    assert len(twice.utterances) == 2


def test_one_utterance_alone() -> None:
    assert zipped({"a.csv": "file,text\n0.wav,one\n", "0.wav": WAV}).selection == "its only utterance"


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"There is no folder and no zip at .*nowhere"):
        open_dataset(tmp_path / "nowhere")


def test_the_small_set_is_whole() -> None:
    small = bundled()
    assert (small.name, small.selection, small.findings) == ("Small set", "all 20 utterances", ())
    assert all(2 < utterance.read().seconds < 8 for utterance in small.utterances)
    assert {utterance.language for utterance in small.utterances} == {"english"}
    assert sum(file.stat().st_size for file in BUNDLED_FOLDER.iterdir()) < 1_500_000
    assert "not to choose a model by" in small.about

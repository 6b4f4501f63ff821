from pathlib import Path

import pytest

from components.local_endpoint.weights import WeightsError, find_weights, place
from components.whisper.models import WhisperModel
from tests.local_endpoint.toy_weights import (
    FILES,
    MODEL,
    found,
    settings,
    unheard,
)

pytestmark = pytest.mark.usefixtures("toy_pin")


def test_a_whole_folder_is_taken(tmp_path: Path, folder: Path) -> None:
    assert found(settings(tmp_path, folder), unheard) == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_byte_in_a_folder_is_refused(tmp_path: Path, folder: Path, name: str) -> None:
    file = folder / MODEL.name / name
    file.write_bytes(bytes([FILES[name][0] ^ 1]) + FILES[name][1:])
    with pytest.raises(WeightsError) as caught:
        find_weights(MODEL, settings(tmp_path, folder), unheard)
    assert caught.value.what == f"{file}: not the expected file, its SHA-256 is wrong."
    assert "remove it" in caught.value.advice


def test_half_a_file_in_a_folder_is_refused(tmp_path: Path, folder: Path) -> None:
    file = folder / MODEL.name / "model.bin"
    file.write_bytes(FILES["model.bin"][:5000])
    with pytest.raises(WeightsError, match=r"model\.bin: not the expected file.*incomplete"):
        find_weights(MODEL, settings(tmp_path, folder), unheard)


def test_a_missing_file_in_a_folder_is_named(tmp_path: Path, folder: Path) -> None:
    (folder / MODEL.name / "config.json").unlink()
    with pytest.raises(WeightsError, match=r"config\.json can't be read: No such file"):
        find_weights(MODEL, settings(tmp_path, folder), unheard)


def test_a_model_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        WeightsError,
        match=r"no weights for whisper-huge.*It can run: whisper-tiny, ",
    ):
        find_weights(WhisperModel("whisper-huge", 9, 18), settings(tmp_path), unheard)


@pytest.mark.usefixtures("packages")
def test_packages_are_found_and_put_together(tmp_path: Path) -> None:
    assert found(settings(tmp_path), unheard) == FILES


@pytest.mark.parametrize("parts", [1, 2])
def test_a_file_in_any_number_of_parts_is_placed_whole(tmp_path: Path, parts: int) -> None:
    data = FILES["model.bin"]
    paths = [tmp_path / f"part{number}" for number in range(parts)]
    for number, path in enumerate(paths):
        path.write_bytes(data[number * len(data) // parts : (number + 1) * len(data) // parts])
    place(paths, tmp_path / "model.bin")
    assert (tmp_path / "model.bin").read_bytes() == data
    assert (tmp_path / "model.bin").is_symlink() == (parts == 1)

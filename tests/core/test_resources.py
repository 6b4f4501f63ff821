"""Disk and memory: what is free, in and out of containers, and what is said where it is too little."""

import math
from pathlib import Path

import psutil
import pytest

from components.core import resources
from components.core.resources import (
    InsufficientResourcesError,
    available_memory,
    check_disk,
    check_memory,
    free_disk,
    gigabytes,
    memory_to_load,
)

GB = 10**9


def group(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has 8 GB available."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 8 * GB}))


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0.0 GB"), (75_538_270, "0.1 GB"), (3_086_912_962, "3.1 GB"), (41 * GB, "41.0 GB")],
)
def test_gigabytes(count: int, text: str) -> None:
    assert gigabytes(count) == text


def test_gigabytes_can_err_on_the_safe_side() -> None:
    assert (gigabytes(3.01 * GB, math.ceil), gigabytes(3.09 * GB, math.floor)) == ("3.1 GB", "3.0 GB")


def test_the_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def disk_usage(path: Path) -> object:
        asked.append(path)
        return type("Usage", (), {"free": 5})

    monkeypatch.setattr("shutil.disk_usage", disk_usage)
    assert free_disk(tmp_path / "not" / "yet") == 5
    assert asked == [tmp_path]


def test_the_disk_that_is_really_there(tmp_path: Path) -> None:
    assert free_disk(tmp_path) > 0


def test_without_control_groups_the_computers_memory_counts(tmp_path: Path, computer: None) -> None:
    assert available_memory(tmp_path) == 8 * GB


def test_the_memory_that_is_really_there() -> None:
    assert 0 < available_memory() <= psutil.virtual_memory().total


def test_a_container_of_version_2(tmp_path: Path, computer: None) -> None:
    stat = f"anon {GB}\nactive_file {GB // 2}\ninactive_file {GB}\n"
    group(tmp_path, memory__max=f"{4 * GB}\n", memory__current=f"{3 * GB}\n", memory__stat=stat)
    # Cached files, 1.5 GB of the 3 in use, give way.
    assert available_memory(tmp_path) == 2.5 * GB


def test_a_container_without_a_limit(tmp_path: Path, computer: None) -> None:
    group(tmp_path, memory__max="max\n", memory__current=f"{3 * GB}\n", memory__stat="anon 0\n")
    assert available_memory(tmp_path) == 8 * GB


def test_a_container_of_version_1(tmp_path: Path, computer: None) -> None:
    group(
        tmp_path / "memory",
        memory__limit_in_bytes=str(2 * GB),
        memory__usage_in_bytes=str(GB),
        memory__stat=f"inactive_file 7\ntotal_inactive_file {GB // 4}\ntotal_active_file 0\n",
    )
    assert available_memory(tmp_path) == 1.25 * GB


def test_version_1_without_a_limit_has_a_huge_one(tmp_path: Path, computer: None) -> None:
    group(
        tmp_path / "memory",
        memory__limit_in_bytes="9223372036854771712",
        memory__usage_in_bytes="5",
        memory__stat="total_active_file 0\n",
    )
    assert available_memory(tmp_path) == 8 * GB


def test_a_container_that_is_over_its_limit_has_nothing_left(tmp_path: Path, computer: None) -> None:
    group(tmp_path, memory__max=str(GB), memory__current=str(2 * GB), memory__stat="anon 0\n")
    assert available_memory(tmp_path) == 0


def test_too_little_disk_is_refused_with_both_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "free_disk", lambda _: 3_086_912_961)
    with pytest.raises(InsufficientResourcesError) as caught:
        check_disk(3_086_912_962, tmp_path)
    assert caught.value.what == (
        f"The download needs 3.1 GB, but only 3.0 GB are free on the disk of {tmp_path}."
    )
    assert "PORTAL_DATA_DIR" in caught.value.advice
    check_disk(3_086_912_961, tmp_path)


def test_too_little_memory_is_refused_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "available_memory", lambda: 2 * GB)
    with pytest.raises(InsufficientResourcesError) as caught:
        check_memory(memory_to_load(3_086_912_962))
    assert caught.value.what == ("Loading the model takes 3.4 GB of memory, but only 2.0 GB are available.")
    assert "smaller model" in caught.value.advice
    check_memory(2 * GB)

"""Downloads from OpenSLR: fetched, taken up again after a break, verified, one at a time."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from components.core.settings import Settings
from components.core.work_registry import WorkRegistry
from components.evaluation.datasets.dataset import open_dataset
from components.evaluation.datasets.librispeech import find
from components.evaluation.datasets.openslr_download import Download, start_download
from tests.evaluation.datasets.openslr_server import (
    ARCHIVE,
    NAME,
    Server,
    finished,
)


def wait_until(condition: Callable[[], bool], download: Download) -> None:
    while not condition():
        assert download.is_running
        download.wait(0.01)


def test_a_set_is_downloaded_and_then_found(settings: Settings, server: Server) -> None:
    assert find(NAME, settings) is None
    download = finished(Download(NAME, settings))
    folder = settings.data_dir / "datasets" / "LibriSpeech" / NAME
    assert (download.error, download.path, find(NAME, settings)) == (None, folder, folder)
    dataset = open_dataset(folder)
    assert [u.reference for u in dataset.utterances] == ["ONE", "TWO"]
    assert (folder / "LICENSE.TXT").read_text() == "CC BY 4.0"
    assert {path.name for path in folder.parent.iterdir()} <= {NAME, f".{NAME}.lock"}
    assert finished(Download(NAME, settings)).path == folder
    assert server.asked == [None]


def test_progress_counts_bytes_and_tells_the_time_left(settings: Settings, server: Server) -> None:
    server.go_on.clear()
    download = Download(NAME, settings)
    wait_until(lambda: download.done == len(ARCHIVE) - 1, download)
    assert (download.step, download.total) == ("downloading", len(ARCHIVE))
    assert download.left is not None
    assert timedelta(0) < download.left < timedelta(minutes=1)
    server.go_on.set()
    assert finished(download).done == len(ARCHIVE)


def test_it_goes_on_by_itself_where_the_connection_broke(settings: Settings, server: Server) -> None:
    server.breaks = [100, 50]
    assert finished(Download(NAME, settings)).error is None
    assert server.asked == [None, "bytes=100-", "bytes=150-"]


def test_what_has_come_is_kept_for_the_next_try(settings: Settings, server: Server, part: Path) -> None:
    server.breaks = [100, 0]
    download = finished(Download(NAME, settings))
    assert download.error
    assert "can't be fetched: " in download.error.what
    assert "it resumes there" in download.error.advice
    assert part.read_bytes() == ARCHIVE[:100]
    assert finished(Download(NAME, settings)).error is None
    assert server.asked == [None, "bytes=100-", "bytes=100-"]


@pytest.mark.parametrize("ranges", ["ignored", "refused"])
def test_a_server_that_does_not_go_on_sends_the_whole(
    settings: Settings, server: Server, part: Path, ranges: str
) -> None:
    server.ranges = ranges
    part.write_bytes(b"x" * 100)
    assert finished(Download(NAME, settings)).error is None
    assert server.asked == (["bytes=100-"] if ranges == "ignored" else ["bytes=100-", None])


def test_a_server_that_sends_another_part_is_not_believed(
    settings: Settings, server: Server, part: Path
) -> None:
    server.ranges = "wrong"
    part.write_bytes(ARCHIVE[:100])
    error = finished(Download(NAME, settings)).error
    assert error
    assert "another part than requested" in error.what


def test_a_file_that_is_longer_than_the_archive_is_fetched_anew(
    settings: Settings, server: Server, part: Path
) -> None:
    part.write_bytes(ARCHIVE + b"x")
    assert finished(Download(NAME, settings)).error is None
    assert server.asked == [None]


def test_a_file_that_is_whole_is_not_fetched_again(settings: Settings, server: Server, part: Path) -> None:
    part.write_bytes(ARCHIVE)
    assert finished(Download(NAME, settings)).error is None
    assert server.asked == []


def with_login(settings: Settings, url: str) -> Settings:
    address = url.replace("//", "//me:hunter%3222@")
    return settings.model_copy(update={"openslr_url": address})


def test_a_mirror_gets_the_name_and_password_of_its_address(settings: Settings, server: Server) -> None:
    assert finished(Download(NAME, with_login(settings, server.url))).error is None
    assert server.logins == [f"Basic {b64encode(b'me:hunter222').decode()}"]


def test_cancelling_keeps_what_has_come(settings: Settings, server: Server, part: Path) -> None:
    server.go_on.clear()
    download = Download(NAME, settings)
    wait_until(lambda: download.done == len(ARCHIVE) - 1, download)
    download.cancel()
    server.go_on.set()
    assert finished(download).is_cancelled
    assert (download.path, find(NAME, settings)) == (None, None)
    assert download.error
    assert part.read_bytes() == ARCHIVE


def test_of_two_at_once_one_downloads(settings: Settings, server: Server) -> None:
    server.go_on.clear()
    one = Download(NAME, settings)
    wait_until(lambda: one.done == len(ARCHIVE) - 1, one)
    # As another process would: it has nothing but the lock to go by.
    two, three = Download(NAME, settings), Download(NAME, settings)
    wait_until(lambda: two.step.startswith("waiting for another"), two)
    three.cancel()
    assert "cancelled" in str(finished(three).error)
    server.go_on.set()
    assert finished(one).path == finished(two).path == find(NAME, settings)
    assert server.asked == [None]


def test_all_sessions_see_the_same_download(settings: Settings, server: Server) -> None:
    server.go_on.clear()
    registry = WorkRegistry()
    assert registry.find(Download, NAME) is None
    one = start_download(registry, NAME, settings)
    assert start_download(registry, NAME, settings) is one is registry.find(Download, NAME)
    one.cancel()
    server.go_on.set()
    finished(one)
    assert finished(start_download(registry, NAME, settings)).error is None
    assert one not in registry.all(Download)

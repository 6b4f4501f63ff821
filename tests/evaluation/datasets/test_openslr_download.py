"""Downloads from OpenSLR: fetched, taken up again after a break, verified, one at a time."""

import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from components.core import resources
from components.core.resources import InsufficientResourcesError
from components.core.settings import Settings
from components.core.work_registry import WorkRegistry
from components.evaluation.datasets import openslr_download, partial_download
from components.evaluation.datasets.dataset import open_dataset
from components.evaluation.datasets.librispeech import SETS, find
from components.evaluation.datasets.openslr_download import Download, start_download
from tests.evaluation.datasets.openslr_server import NAME, Server, described, make_archive, serving

ARCHIVE = make_archive()
SECONDS = 60


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setitem(SETS, NAME, described(ARCHIVE))
    monkeypatch.setattr(partial_download, "_SECONDS_BETWEEN_TRIES", 0.01)
    monkeypatch.setattr(partial_download, "_CHUNK", 1)
    monkeypatch.setattr(openslr_download, "_SECONDS_BETWEEN_LOOKS", 0.01)
    with serving(Server(ARCHIVE)) as server:
        server.go_on.set()
        yield server


@pytest.fixture
def settings(server: Server, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", openslr_url=server.url, librispeech_dir=None)


@pytest.fixture
def part(settings: Settings) -> Path:
    """Where an archive lies as long as it is not whole."""
    folder = settings.data_dir / "datasets" / "LibriSpeech"
    folder.mkdir(parents=True)
    return folder / f"{NAME}.tar.gz.part"


def finished(download: Download) -> Download:
    download.wait(SECONDS)
    assert not download.is_running
    return download


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


def test_a_damaged_archive_is_deleted(settings: Settings, server: Server, part: Path) -> None:
    server.archive = ARCHIVE[:50] + b"\0" + ARCHIVE[51:]
    error = finished(Download(NAME, settings)).error
    assert error
    assert error.what.startswith("test-other.tar.gz is damaged: its MD5 is not the one that OpenSLR gives.")
    assert not part.exists()
    assert find(NAME, settings) is None
    server.archive = ARCHIVE
    assert finished(Download(NAME, settings)).error is None


@pytest.mark.parametrize("more", [-1, 1])
def test_another_file_than_expected_is_refused_before_it_is_fetched(
    settings: Settings, server: Server, more: int
) -> None:
    server.archive = ARCHIVE[:-1] if more < 0 else ARCHIVE + b"x"
    error = finished(Download(NAME, settings)).error
    assert error
    assert f"has {len(ARCHIVE) + more} bytes, not {len(ARCHIVE)}." in error.what


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_refusal_is_told(settings: Settings, server: Server, status: int) -> None:
    server.status = status
    error = finished(Download(NAME, settings)).error
    assert error
    assert f"{server.url}/test-other.tar.gz can't be fetched: the server answers {status}" in error.what
    assert "PORTAL_OPENSLR_URL" in error.advice


def with_login(settings: Settings, url: str) -> Settings:
    address = url.replace("//", "//me:hunter%3222@")
    return settings.model_copy(update={"openslr_url": address})


def test_a_mirror_gets_the_name_and_password_of_its_address(settings: Settings, server: Server) -> None:
    assert finished(Download(NAME, with_login(settings, server.url))).error is None
    assert server.logins == [f"Basic {b64encode(b'me:hunter222').decode()}"]


def test_a_mirrors_password_is_in_no_error_and_no_log(
    settings: Settings, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.status = 403
    refused = finished(Download(NAME, with_login(settings, server.url))).error
    nobody = finished(Download(NAME, with_login(settings, "http://127.0.0.1:9"))).error
    misspelt = finished(Download(NAME, with_login(settings, "http://127.0.0.1:9x"))).error
    assert "***@127.0.0.1" in str(refused)
    for error in (refused, nobody, misspelt):
        assert error
        assert "hunter" not in f"{error} {caplog.text}"


def test_nobody_answers(settings: Settings) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        error = finished(Download(NAME, settings.model_copy(update={"openslr_url": url}))).error
    assert error
    assert "Connection refused" in error.what
    assert "Check the network" in error.advice


def test_only_the_web_is_asked(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.tar.gz").write_bytes(ARCHIVE)
    error = finished(Download(NAME, settings.model_copy(update={"openslr_url": tmp_path.as_uri()}))).error
    assert error
    assert "is not an http or https address" in error.what


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


def test_a_disk_without_room_is_refused_before_anything_is_fetched(
    settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "free_disk", lambda _: 2 * len(ARCHIVE) - 1)
    error = finished(Download(NAME, settings)).error
    assert isinstance(error, InsufficientResourcesError)
    assert "model" not in error.advice
    assert server.asked == []


def test_a_full_disk_is_told(settings: Settings, part: Path) -> None:
    part.symlink_to("/dev/full")
    error = finished(Download(NAME, settings)).error
    assert error
    assert "No space left on device" in error.what


def test_a_data_folder_that_cannot_be_made(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    error = finished(Download(NAME, settings)).error
    assert error
    assert "PORTAL_DATA_DIR" in error.advice


@pytest.mark.parametrize(
    ("error", "told"), [(ValueError(), "failed: ValueError."), (ValueError("It broke"), "failed: It broke.")]
)
def test_what_nobody_thought_of_is_told_whatever_it_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(openslr_download, "find", broken)
    assert told in str(finished(Download(NAME, settings)).error)


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

"""A download from OpenSLR that fails: it says why, and keeps what has arrived."""

import socket
from pathlib import Path

import pytest

from components.core import resources
from components.core.resources import InsufficientResourcesError
from components.core.settings import Settings
from components.evaluation.datasets import openslr_download
from components.evaluation.datasets.librispeech import find
from components.evaluation.datasets.openslr_download import Download
from tests.evaluation.datasets.openslr_server import ARCHIVE, NAME, Server, finished
from tests.evaluation.datasets.test_openslr_download import with_login


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

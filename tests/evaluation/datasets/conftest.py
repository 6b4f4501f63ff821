"""A mirror of OpenSLR with one small archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.core.settings import Settings
from components.evaluation.datasets import openslr_download, partial_download
from components.evaluation.datasets.librispeech import SETS
from tests.evaluation.datasets.openslr_server import ARCHIVE, NAME, Server, described, serving


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

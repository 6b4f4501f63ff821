import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from huggingface_hub import constants

from components.catalog import WhisperModel
from components.local_endpoint.hub import HubUnreachableError
from components.local_endpoint.weight_pins import PINS, Pin
from components.local_endpoint.weights import WeightsError, find_weights
from components.settings import Settings

MODEL = WhisperModel("whisper-toy", 1)
FILES = {"model.bin": bytes(range(256)) * 40, "config.json": b'{"toy": true}'}
SUMS = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
REVISION = "0123456789abcdef0123456789abcdef01234567"
PACKAGED = {
    "model.bin": (("toy_weights_a", "data/model.part1"), ("toy_weights_b", "model.part2")),
    "config.json": (("toy_weights_a", "data/config.json"),),
}


@pytest.fixture(autouse=True)
def pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PINS, MODEL.name, Pin("toys/whisper", REVISION, SUMS, PACKAGED))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the model's folder in it, whole."""
    (tmp_path / "weights" / MODEL.name).mkdir(parents=True)
    for name, data in FILES.items():
        (tmp_path / "weights" / MODEL.name / name).write_bytes(data)
    return tmp_path / "weights"


def settings(tmp_path: Path, weights_dir: Path | None = None) -> Settings:
    return Settings(data_dir=tmp_path / "data", weights_dir=weights_dir)


def unheard(message: str) -> None:
    pytest.fail(f"nothing is fetched here, yet: {message}")


def test_a_whole_folder_is_taken(tmp_path: Path, folder: Path) -> None:
    assert find_weights(MODEL, settings(tmp_path, folder), unheard) == FILES


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
    with pytest.raises(WeightsError, match=r"model\.bin: not the expected file.*only half there"):
        find_weights(MODEL, settings(tmp_path, folder), unheard)


def test_a_missing_file_in_a_folder_is_named(tmp_path: Path, folder: Path) -> None:
    (folder / MODEL.name / "config.json").unlink()
    with pytest.raises(WeightsError, match=r"config\.json can't be read: No such file"):
        find_weights(MODEL, settings(tmp_path, folder), unheard)


def test_a_model_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"no weights for whisper-huge.*It can run: whisper-base"):
        find_weights(WhisperModel("whisper-huge", 9), settings(tmp_path), unheard)


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two installed packages that carry the model, model.bin in two parts."""
    root = tmp_path / "site-packages"
    half = len(FILES["model.bin"]) // 2
    contents = {
        "toy_weights_a/data/model.part1": FILES["model.bin"][:half],
        "toy_weights_b/model.part2": FILES["model.bin"][half:],
        "toy_weights_a/data/config.json": FILES["config.json"],
        "toy_weights_a/__init__.py": b"",
        "toy_weights_b/__init__.py": b"",
    }
    for name, data in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    monkeypatch.syspath_prepend(root)
    return root


@pytest.mark.usefixtures("packages")
def test_packages_are_found_and_put_together(tmp_path: Path) -> None:
    assert find_weights(MODEL, settings(tmp_path), unheard) == FILES


@dataclass
class Hub:
    """A server in the hub's place; its first `damaged` answers to a download of model.bin have a wrong byte."""

    damaged: int = 0
    downloads: list[str] = field(default_factory=list)

    def contents(self, name: str) -> bytes:
        data = FILES[name]
        if name == "model.bin" and self.downloads.count(name) <= self.damaged:
            return b"\xff" + data[1:]
        return data


def handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.head()

        def do_GET(self) -> None:
            if self.head():
                name = self.path.rpartition("/")[2]
                hub.downloads.append(name)
                self.wfile.write(hub.contents(name))

        def head(self) -> bool:
            """Sends the head of the answer; false where there is no such file."""
            repository, _, name = self.path.partition(f"/resolve/{REVISION}/")
            known = repository == "/toys/whisper" and name in FILES
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(FILES[name])) if known else "0")
            if known:
                self.send_header("ETag", f'"{SUMS[name]}"')
                self.send_header("X-Repo-Commit", REVISION)
            self.end_headers()
            return known

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def point_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", url)
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(hub)) as server:
        point_to(monkeypatch, server.server_port)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield hub
        server.shutdown()


def test_the_hub_is_asked_once_and_progress_is_told(tmp_path: Path, hub: Hub) -> None:
    told: list[str] = []
    assert find_weights(MODEL, settings(tmp_path), told.append) == FILES
    assert "fetching model.bin: 100% of 0 MB" in told
    assert find_weights(MODEL, settings(tmp_path), told.append) == FILES
    assert sorted(hub.downloads) == sorted(FILES)


def test_a_damaged_download_is_fetched_again(tmp_path: Path, hub: Hub) -> None:
    hub.damaged = 1
    assert find_weights(MODEL, settings(tmp_path), lambda _: None) == FILES
    assert hub.downloads.count("model.bin") == 2


def test_a_download_that_stays_damaged_is_refused(tmp_path: Path, hub: Hub) -> None:
    hub.damaged = 100
    with pytest.raises(WeightsError, match=r"model\.bin: not the expected file, its SHA-256 is wrong"):
        find_weights(MODEL, settings(tmp_path), lambda _: None)
    assert hub.downloads == ["model.bin", "model.bin"]


def test_damaged_packages_give_way_to_the_hub(tmp_path: Path, hub: Hub, packages: Path) -> None:
    (packages / "toy_weights_b" / "model.part2").write_bytes(b"damaged")
    assert find_weights(MODEL, settings(tmp_path), lambda _: None) == FILES
    assert sorted(hub.downloads) == sorted(FILES)


def test_an_unreachable_hub_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        free = server.server_port
    point_to(monkeypatch, free)
    # The hub's client waits longer before each of its tries.
    monkeypatch.setattr(
        "huggingface_hub.utils._http.time", SimpleNamespace(sleep=lambda _: None, time=time.time)
    )
    with pytest.raises(HubUnreachableError, match=r"model\.bin of toys/whisper can't be fetched") as caught:
        find_weights(MODEL, settings(tmp_path), unheard)
    assert "PORTAL_WEIGHTS_DIR" in caught.value.advice

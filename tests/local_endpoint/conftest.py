"""Boto3's clients for the real server, and speech to send."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp

from components.core.settings import Settings
from components.local_endpoint.engine import WhisperEngine, load_engine
from components.local_endpoint.weight_pins import PINS, Pin
from components.whisper.models import find_model
from tests.embedded_server import Server, client, deployed, start
from tests.local_endpoint.toy_weights import (
    FILES,
    MODEL,
    PACKAGED,
    REVISION,
    SUMS,
    Hub,
    handler,
    point_to,
)


@contextmanager
def run_app(app: ASGIApp) -> Iterator[str]:
    """Serves an application from this process: HOST:PORT."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="session")
def serve() -> Callable[[ASGIApp], AbstractContextManager[str]]:
    return run_app


@pytest.fixture(scope="session")
def start_server() -> Callable[..., AbstractContextManager[Server]]:
    return start


@pytest.fixture(scope="session")
def runtime(endpoint_url: str) -> Any:
    return client("sagemaker-runtime", endpoint_url)


@pytest.fixture(scope="session")
def sagemaker(endpoint_url: str) -> Any:
    return client("sagemaker", endpoint_url)


@pytest.fixture(scope="module")
def tiny_endpoint(sagemaker: Any) -> Iterator[str]:
    """An endpoint of whisper-tiny.en, the fastest model, beside the one of whisper-base."""
    with deployed(sagemaker, "whisper-tiny.en") as name:
        yield name


@pytest.fixture(scope="session")
def speech() -> bytes:
    """A WAV file: "The quick brown fox jumps over the lazy dog." """
    samples = files("pytest_audioeval") / "samples" / "audio" / "en"
    return (samples / "quick_brown_fox.wav").read_bytes()


@pytest.fixture(scope="session")
def body(speech: bytes) -> Callable[..., bytes]:
    """Makes the JSON body for the speech and some parameters."""
    return lambda **parameters: json.dumps({"audio_input": speech.hex()} | parameters).encode()


@pytest.fixture(scope="session")
def tiny_engine() -> WhisperEngine:
    model = find_model("whisper-tiny.en")
    assert model
    return load_engine(model, Settings(), lambda _: None)


@pytest.fixture
def toy_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy model is one of those whose weights are known."""
    monkeypatch.setitem(PINS, MODEL.name, Pin("toys/whisper", REVISION, SUMS, PACKAGED))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the model's folder in it, whole."""
    (tmp_path / "weights" / MODEL.name).mkdir(parents=True)
    for name, data in FILES.items():
        (tmp_path / "weights" / MODEL.name / name).write_bytes(data)
    return tmp_path / "weights"


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


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(hub)) as server:
        point_to(monkeypatch, server.server_port)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield hub
        server.shutdown()

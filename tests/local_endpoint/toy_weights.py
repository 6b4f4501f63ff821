"""A model of a few bytes, with its pin, and a server in the hub's place that has it."""

import hashlib
import socket
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from huggingface_hub import constants

from components.core.settings import Settings
from components.local_endpoint.loading_progress import LoadingProgress, Report
from components.local_endpoint.weights import find_weights
from components.whisper.models import WhisperModel

FILES = {"config.json": b'{"toy": true}', "model.bin": bytes(range(256)) * 40}


MODEL = WhisperModel("whisper-toy", 1, len(FILES["model.bin"]))


SUMS = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}


REVISION = "0123456789abcdef0123456789abcdef01234567"


PACKAGED = {
    "model.bin": (("toy_weights_a", "data/model.part1"), ("toy_weights_b", "model.part2")),
    "config.json": (("toy_weights_a", "data/config.json"),),
}


def settings(tmp_path: Path, weights_dir: Path | None = None) -> Settings:
    return Settings(data_dir=tmp_path / "data", weights_dir=weights_dir)


def unheard(progress: LoadingProgress) -> None:
    assert progress.text.startswith("checking "), "nothing is fetched here"


def silent(_: LoadingProgress) -> None:
    pass


def found(settings: Settings, report: Report = silent) -> dict[str, bytes]:
    weights = find_weights(MODEL, settings, report)
    return {name: b"".join(part.read_bytes() for part in parts) for name, parts in weights.items()}


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


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])

"""A real server process for the whole run, boto3's clients for it, and speech to send."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any, Literal

import boto3
import pytest
import uvicorn
from botocore import UNSIGNED
from botocore.config import Config
from starlette.types import ASGIApp

from components.catalog import find_model
from components.local_endpoint.engine import WhisperEngine, load_engine
from components.settings import Settings

ROOT = Path(__file__).parents[2]
LISTENING = "listening on "


def client(service: Literal["sagemaker", "sagemaker-runtime"], url: str) -> Any:
    """A plain boto3 client that does not retry: what the server says first is what the test sees."""
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=120)
    return boto3.client(service, endpoint_url=url, region_name="local", config=config)


@dataclass
class Server:
    """A running `python -m components.local_endpoint`."""

    process: subprocess.Popen[str]
    url: str
    log: list[str]

    def follow(self) -> None:
        """Keeps reading the log, so that the process never waits for a reader."""
        assert self.process.stderr
        self.log.extend(self.process.stderr)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def start(*options: str, **settings: str) -> Iterator[Server]:
    """Starts the module on a free port, with settings such as PORTAL_QUEUE_SIZE, and stops it in the end."""
    command = [sys.executable, "-m", "components.local_endpoint", "--port", "0", *options]
    environment = os.environ | settings
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr
        log = []
        for line in process.stderr:
            log.append(line)
            if LISTENING in line:
                break
        server = Server(process, log[-1].strip().partition(LISTENING)[2], log)
        Thread(target=server.follow, daemon=True).start()
        try:
            yield server
        finally:
            process.terminate()
            process.wait(20)


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
def server() -> Iterator[Server]:
    with start() as server:
        wait_until_in_service(client("sagemaker", server.url), "whisper-base")
        yield server


@pytest.fixture(scope="session")
def endpoint_url(server: Server) -> str:
    """The embedded endpoint, with whisper-base in service."""
    return server.url


def wait_until_in_service(sagemaker: Any, name: str) -> None:
    waiting = {"Delay": 1, "MaxAttempts": 120}
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig=waiting)


@pytest.fixture(scope="session")
def runtime(endpoint_url: str) -> Any:
    return client("sagemaker-runtime", endpoint_url)


@pytest.fixture(scope="session")
def sagemaker(endpoint_url: str) -> Any:
    return client("sagemaker", endpoint_url)


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

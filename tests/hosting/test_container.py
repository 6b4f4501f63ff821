"""The very command of the Dockerfile, its health check, and its end at SIGTERM."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from components.audio import samples
from tests.embedded_server import TINY, TINY_ENDPOINT
from tests.hosting import dockerfile
from tests.hosting.visit import clients, wait_until_in_service
from tests.hosting.visitor import open_page
from tests.paths import ROOT

IMAGE = dockerfile.stages()[-1]
SECONDS = 60


@dataclass
class Container:
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    url: str

    def health(self) -> int:
        """The exit code of the Dockerfile's health check."""
        return subprocess.run(
            IMAGE.health_check, cwd=ROOT, env=self.environment, check=False, timeout=30
        ).returncode

    def wait_until_healthy(self) -> None:
        end = time.monotonic() + SECONDS
        while self.health() != 0:
            assert self.process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)


def environment(folder: Path) -> dict[str, str]:
    """The image's, with a free port and this environment's Python in the place of /opt/venv."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    here = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "PORTAL_DATA_DIR": str(folder / "data"),
        "PORTAL_EMBEDDED_PORT": "0",
        "PORTAL_EMBEDDED_MODEL": TINY,
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_SERVER_PORT": str(port),
        "AWS_EC2_METADATA_DISABLED": "true",
        "HF_ENDPOINT": "http://127.0.0.1:9",
        # A proxy for other addresses must not come between the health check and the portal.
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    return IMAGE.environment | here


@pytest.fixture
def container(tmp_path: Path) -> Iterator[Container]:
    variables = environment(tmp_path)
    url = f"http://127.0.0.1:{variables['STREAMLIT_SERVER_PORT']}"
    with subprocess.Popen(IMAGE.command, cwd=ROOT, env=variables) as process:
        try:
            yield Container(process, variables, url)
        finally:
            process.kill()


def test_the_health_check_tells_a_portal_that_answers_from_one_that_does_not_and_sigterm_ends_all(
    container: Container,
) -> None:
    assert container.health() == 1
    container.wait_until_healthy()
    container.process.send_signal(signal.SIGSTOP)
    assert container.health() == 1
    container.process.send_signal(signal.SIGCONT)
    assert container.health() == 0
    with open_page(container.url):
        endpoint = embedded_endpoint(container)
    stop(container, endpoint)


def test_the_health_check_follows_a_path_prefix(tmp_path: Path) -> None:
    variables = environment(tmp_path) | {"STREAMLIT_SERVER_BASE_URL_PATH": "/team/whisper/"}
    with subprocess.Popen(IMAGE.command, cwd=ROOT, env=variables) as process:
        try:
            Container(process, variables, "").wait_until_healthy()
        finally:
            process.kill()


def stop(container: Container, endpoint: psutil.Process) -> None:
    container.process.terminate()
    assert container.process.wait(SECONDS) in {0, 128 + signal.SIGTERM, -signal.SIGTERM}
    # The endpoint is waited for: it is gone when the portal is, not some time later.
    assert not endpoint.is_running()


def embedded_endpoint(container: Container) -> psutil.Process:
    (endpoint,) = psutil.Process(container.process.pid).children()
    assert "components.local_endpoint" in endpoint.cmdline()
    return endpoint


def test_sigterm_ends_both_with_a_page_open_and_a_transcription_under_way(container: Container) -> None:
    container.wait_until_healthy()
    with open_page(container.url):
        endpoint = embedded_endpoint(container)
        with under_way(endpoint):
            stop(container, endpoint)


def port_of(endpoint: psutil.Process) -> int:
    end = time.monotonic() + SECONDS
    while not (found := [one for one in endpoint.net_connections("tcp") if one.status == "LISTEN"]):
        assert time.monotonic() < end
        time.sleep(0.1)
    return int(found[0].laddr.port)


@contextmanager
def under_way(endpoint: psutil.Process) -> Iterator[None]:
    """A request that takes longer than the endpoint has time to finish."""
    sagemaker, runtime = clients(port_of(endpoint))
    wait_until_in_service(sagemaker, TINY_ENDPOINT)
    audio = samples.read(samples.SAMPLES[0])
    body = json.dumps({"audio_input": audio.hex(), "num_beams": 100, "min_new_tokens": 400})
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(
            runtime.invoke_endpoint, EndpointName=TINY_ENDPOINT, ContentType="application/json", Body=body
        )
        with pytest.raises(TimeoutError):
            answer.result(timeout=2)
        yield
        # It was cut off, not answered.
        assert answer.exception()

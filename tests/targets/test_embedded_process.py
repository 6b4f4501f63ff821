"""The embedded endpoint as a child process: it answers, comes back, and never stays behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from components.core.settings import Settings
from components.targets.embedded_process import EmbeddedEndpoint, _said
from tests.embedded_server import TINY, TINY_ENDPOINT
from tests.paths import ROOT

FREE = Settings(embedded_port=0, embedded_model=TINY)


@pytest.fixture
def endpoint() -> Iterator[EmbeddedEndpoint]:
    endpoint = EmbeddedEndpoint(FREE)
    endpoint.start()
    yield endpoint
    endpoint.stop()


def client(service: Literal["sagemaker", "sagemaker-runtime"], url: str) -> Any:
    return boto3.client(
        service, endpoint_url=url, region_name="local", config=Config(signature_version=UNSIGNED)
    )


def wait_until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def process_of(endpoint: EmbeddedEndpoint) -> int:
    assert endpoint._process
    return endpoint._process.pid


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def answers(url: str) -> bool:
    try:
        return bool(client("sagemaker", url).list_endpoints()["Endpoints"])
    except Exception:  # noqa: BLE001 - whatever the reason, it does not answer
        return False


def test_it_transcribes_comes_back_when_killed_and_goes_when_stopped(endpoint: EmbeddedEndpoint) -> None:
    url, first = endpoint.url, process_of(endpoint)
    assert endpoint.is_running
    sagemaker = client("sagemaker", url)
    waiting = {"Delay": 1, "MaxAttempts": 60}
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=TINY_ENDPOINT, WaiterConfig=waiting)
    speech = files("pytest_audioeval") / "samples" / "audio" / "en" / "quick_brown_fox.wav"
    answer = client("sagemaker-runtime", url).invoke_endpoint(
        EndpointName=TINY_ENDPOINT, ContentType="audio/wav", Body=speech.read_bytes()
    )
    assert json.loads(answer["Body"].read())["text"] == [" The quick brown fox jumps over the lazy dog."]

    begun = datetime.now(UTC)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: process_of(endpoint) != first)
    wait_until(lambda: answers(url))
    second = process_of(endpoint)
    assert endpoint.is_running
    assert endpoint.url == url
    assert endpoint.failure is None
    assert endpoint.starts == 2
    assert endpoint.started
    assert begun < endpoint.started < datetime.now(UTC)

    endpoint.stop()
    assert not endpoint.is_running
    assert not is_alive(first)
    assert not is_alive(second)


def test_its_start_returns_when_it_answers_at_the_wanted_port_and_its_log_is_passed_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    endpoint = EmbeddedEndpoint(Settings(embedded_port=free, log_format="json"))
    endpoint.start()
    try:
        assert endpoint.url == f"http://127.0.0.1:{free}"
        assert answers(endpoint.url)
    finally:
        endpoint.stop()
    said = [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()]
    assert f"listening on {endpoint.url}" in said


def test_where_the_port_is_taken_another_one_is_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        endpoint = EmbeddedEndpoint(Settings(embedded_port=taken))
        endpoint.start()
        try:
            assert endpoint.url != f"http://127.0.0.1:{taken}"
            assert answers(endpoint.url)
        finally:
            # Stopping a second time does nothing.
            endpoint.stop()
            endpoint.stop()


def test_stopping_before_the_start_does_nothing() -> None:
    EmbeddedEndpoint(FREE).stop()


def test_one_that_always_dies_is_given_up_with_its_last_words() -> None:
    # A size that the settings forbid: the child says so and ends.
    endpoint = EmbeddedEndpoint(Settings.model_construct(embedded_port=0, queue_size=-1), first_pause=0.01)
    endpoint.start()
    endpoint.stop()
    assert not endpoint.is_running
    assert endpoint.failure == (
        "The endpoint on this computer ended 5 times in a row. Its last words: A setting is wrong: "
        "PORTAL_QUEUE_SIZE: Input should be greater than or equal to 0. Correct or unset it. "
        "Put that right, then start the portal again."
    )


def test_the_last_words_of_a_log_in_json_are_what_it_says() -> None:
    assert _said('{"message": "no memory", "level": "ERROR"}\n') == "no memory"
    assert _said("Killed\n") == "Killed"
    assert _said("[1]\n") == "[1]"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None])
def test_it_never_outlives_the_portal(end: signal.Signals | None) -> None:
    program = (
        "import signal, sys\n"
        # A shell has its background commands ignore Ctrl-C, and these tests may be one.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from components.targets.embedded_process import EmbeddedEndpoint\n"
        "from components.core.settings import Settings\n"
        "endpoint = EmbeddedEndpoint(Settings(embedded_port=0, embedded_model='whisper-tiny.en'))\n"
        "endpoint.start()\n"
        "sys.stdout.write(f'{endpoint._process.pid}\\n')\n"
        "sys.stdout.flush()\n"
        "sys.stdin.read()\n"
    )
    portal = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with portal:
        assert portal.stdout
        child = int(portal.stdout.readline())
        assert is_alive(child)
        if end is not None:
            portal.send_signal(end)
        elif portal.stdin:
            portal.stdin.close()
        wait_until(lambda: not is_alive(child))

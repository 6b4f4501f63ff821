"""The embedded endpoint is killed while it works on a request: the request fails clearly or is answered, the process
comes back at the same URL, and what goes on for longer goes on there."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from components.audio.decoding import Clip, read_clip
from components.core.errors import EndpointNotFoundError, EndpointUnreachableError, PortalError
from components.core.settings import Settings
from components.deployment.endpoints import list_endpoints
from components.endpoint_client import EndpointClient
from components.evaluation.accuracy_plan import AccuracyPlan
from components.evaluation.datasets.dataset import bundled, first
from components.evaluation.run_jobs import carry_out
from components.evaluation.runs.records import Batch, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import candidate
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import Target, this_computer
from components.transcript.result import Transcript
from tests.embedded_server import TINY, TINY_ENDPOINT
from tests.pages.driver import speech
from tests.targets.test_embedded_process import wait_until

NAME = TINY_ENDPOINT
SECONDS = 120
SLOW = {"num_beams": 10}
"""Has the decoder work for some seconds."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[EmbeddedEndpoint]:
    endpoint = EmbeddedEndpoint(Settings(embedded_port=0, embedded_model=TINY))
    endpoint.start()
    wait_until(lambda: is_in_service(this_computer(endpoint.url)), SECONDS)
    yield endpoint
    endpoint.stop()


@pytest.fixture
def target(endpoint: EmbeddedEndpoint) -> Target:
    return this_computer(endpoint.url)


def is_in_service(target: Target) -> bool:
    try:
        return any(endpoint.is_serving for endpoint in list_endpoints(target))
    except PortalError:
        return False


def kill(endpoint: EmbeddedEndpoint) -> int:
    assert endpoint._process
    os.kill(endpoint._process.pid, signal.SIGKILL)
    return endpoint._process.pid


def clip() -> Clip:
    fox = read_clip(speech("en/quick_brown_fox.wav"), "fox.wav")
    return Clip(np.tile(fox.samples, 8)[: 16_000 * 28], "foxes.wav", fox.source)


def test_the_request_is_answered_or_fails_clearly_and_the_next_one_is_answered(
    endpoint: EmbeddedEndpoint, target: Target
) -> None:
    client, url = EndpointClient(target, NAME), endpoint.url
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(outcome, client, SLOW)
        time.sleep(0.3)
        assert not answer.done()
        first_process = kill(endpoint)
        found = answer.result(120)
    if isinstance(found, PortalError):
        assert isinstance(found, EndpointNotFoundError | EndpointUnreachableError)
        assert NAME in found.what
        assert found.advice
    else:
        assert found.retries
    wait_until(lambda: is_in_service(target), SECONDS)
    assert endpoint._process
    assert (endpoint.url, endpoint.is_running) == (url, True)
    assert endpoint._process.pid != first_process
    assert "fox" in client.transcribe(clip()).text.lower()


def outcome(client: EndpointClient, parameters: dict[str, int]) -> Transcript | PortalError:
    try:
        return client.transcribe(clip(), parameters)
    except PortalError as error:
        return error


def test_an_accuracy_run_goes_on_when_the_process_has_come_back(
    endpoint: EmbeddedEndpoint, target: Target, tmp_path: Path
) -> None:
    store = RunStore(tmp_path)
    (summary,) = list_endpoints(target)
    plan = AccuracyPlan((candidate(target, summary, None),), first(bundled(), 5))
    run = plan.begin(store)

    def kill_after_three(batch: Batch) -> None:
        if batch and store.count(run.id) == 3:
            kill(endpoint)

    ended = carry_out(plan, run, store, Event(), kill_after_three)
    answers = store.measurements(run.id)
    assert (ended.status, ended.problem, len(answers)) == (RunStatus.DONE, None, 5)
    # The one that was on its way may be lost.
    assert sum(answer.error is not None for answer in answers) <= 1

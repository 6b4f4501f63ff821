"""An order of the playground while runs of the page interrupt one another."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

from components.audio import samples
from components.audio.decoding import read_clip
from components.core.errors import ModelFailedError
from components.widgets.playground import clip_request
from components.widgets.playground.clip_request import Failure, Job, Order, Result
from tests.pages.driver import AWS, endpoint


class Client:
    """Answers when `go_on` is set: with what is raised first, then with `answer`."""

    def __init__(self) -> None:
        self.target, self.endpoint_name = AWS, "large"
        self.go_on, self.begun = Event(), Event()
        self.raised: list[BaseException] = []
        self.answer: Any = object()
        self.requests = 0

    def transcribe(self, *_: object) -> Any:
        self.requests += 1
        self.begun.set()
        assert self.go_on.wait(60)
        if self.raised:
            raise self.raised.pop()
        return self.answer


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """The only one that may be made."""
    client = Client()
    made = iter([client])
    monkeypatch.setattr(clip_request, "queued_client", lambda *_: next(made))
    return client


@pytest.fixture
def job() -> Job:
    return Job(AWS, endpoint("large"), read_clip(samples.read(samples.SAMPLES[0]), "sample"), {})


def in_two_runs(ordered: Order, job: Job, client: Client) -> list[Future[Result | Failure]]:
    """What comes of the order in a run, and in another that begins while the request is under way."""
    with ThreadPoolExecutor() as runs:
        first = runs.submit(ordered.outcome, job, lambda _: None)
        assert client.begun.wait(60)
        second = runs.submit(ordered.outcome, job, lambda _: None)
        client.go_on.set()
    return [first, second]


def test_a_run_that_begins_meanwhile_gets_the_outcome_of_the_request_under_way(
    client: Client, job: Job
) -> None:
    first, second = in_two_runs(Order(), job, client)
    assert isinstance(first.result(), Result)
    assert first.result() is second.result()
    assert client.requests == 1


def test_a_failure_is_not_tried_again_by_the_run_that_begins_meanwhile(client: Client, job: Job) -> None:
    client.raised = [ModelFailedError("It failed.", "Try again.")]
    first, second = in_two_runs(Order(), job, client)
    assert isinstance(first.result(), Failure)
    assert first.result() is second.result()
    assert client.requests == 1


def test_who_is_interrupted_in_the_queue_leaves_the_place_to_the_next_run(client: Client, job: Job) -> None:
    client.raised = [StopException()]
    first, second = in_two_runs(Order(), job, client)
    assert isinstance(first.exception(), StopException)
    found = second.result()
    assert isinstance(found, Result)
    assert found.transcript is client.answer
    assert client.requests == 2

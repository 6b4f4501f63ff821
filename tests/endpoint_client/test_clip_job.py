"""Single clips in threads of their own."""

from collections.abc import Iterator
from threading import Event

import pytest

from components.audio.decoding import Clip, read_clip
from components.core.errors import ModelFailedError
from components.endpoint_client import EndpointClient
from components.endpoint_client.clip_job import ClipJob
from components.endpoint_client.request_queue import RequestQueue
from components.targets.target import this_computer
from components.transcript.result import Transcript
from components.whisper.contract import Request
from components.whisper.parameters import Parameters
from tests.pages.driver import speech


class Client(EndpointClient):
    """Answers when it may; `sent` has the parameters of each request."""

    def __init__(self, queue: RequestQueue | None = None) -> None:
        super().__init__(this_computer("http://127.0.0.1:1"), "whisper-base", queue=queue)
        self.go_on, self.sent = Event(), list[Parameters]()
        self.error: Exception | None = None

    def _send(self, _request: Request, clip: Clip, parameters: Parameters) -> Transcript:
        self.sent.append(parameters)
        assert self.go_on.wait(60)
        if self.error:
            raise self.error
        return Transcript((" Hello.",), clip.name, clip.seconds, 0.5, "whisper-base", parameters, b"")


@pytest.fixture
def clip() -> Clip:
    return read_clip(speech("en/hello_world.wav"), "hello.wav")


@pytest.fixture
def queue() -> RequestQueue:
    return RequestQueue(at_once=1)


@pytest.fixture
def others(clip: Clip, queue: RequestQueue) -> Iterator[ClipJob]:
    """A job that has the endpoint to itself until its client may answer."""
    client = Client(queue)
    job = ClipJob(client, clip, {})
    while not client.sent:
        assert job.is_running
    yield job
    client.go_on.set()
    job.wait()


def test_it_ends_with_a_transcript(clip: Clip) -> None:
    client = Client()
    job = ClipJob(client, clip, {"num_beams": 2})
    assert (job.is_running, job.transcript, job.recordings) == (True, None, [clip])
    client.go_on.set()
    job.wait()
    assert job.transcript
    assert (job.transcript.text, job.error) == ("Hello.", None)
    assert client.sent == [{"num_beams": 2}]


def test_it_ends_with_an_error(clip: Clip) -> None:
    client = Client()
    client.error = ModelFailedError("It failed.", "Try again.")
    client.go_on.set()
    job = ClipJob(client, clip, {})
    job.wait()
    assert (job.error, job.transcript) == (client.error, None)


def test_cancelled_in_the_queue_it_sends_nothing(clip: Clip, queue: RequestQueue, others: ClipJob) -> None:
    client = Client(queue)
    job = ClipJob(client, clip, {})
    while client.queue_position is None:
        assert job.is_running
    job.cancel()
    job.wait()
    assert (job.transcript, job.error, client.sent) == (None, None, [])
    assert client.queue_position is None
    assert others.is_running


def test_what_was_sent_is_not_taken_back(clip: Clip, others: ClipJob) -> None:
    others.cancel()
    assert isinstance(others.client, Client)
    others.client.go_on.set()
    others.wait()
    assert others.transcript

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import SimpleNamespace

import numpy as np
import pytest
from botocore.config import Config

from components.audio.decoding import Clip
from components.core.errors import (
    AudioTooLongError,
    EndpointUnreachableError,
    RequestTimedOutError,
    RequestTooLargeError,
    ThrottledError,
    UnexpectedReplyError,
)
from components.endpoint_client import EndpointClient
from components.endpoint_client import client as client_module
from components.endpoint_client.request_queue import RequestQueue, Ticket
from components.targets import target
from components.targets.target import this_computer
from components.whisper.contract import SAMPLE_RATE
from components.whisper.models import find_model
from components.whisper.parameter_rules import InvalidParametersError


def silence(seconds: float) -> Clip:
    return Clip(np.zeros(int(seconds * SAMPLE_RATE), np.int16), "silence.wav", "made here")


@dataclass
class Endpoint:
    """A server in an endpoint's place: keeps what it gets, and answers as told."""

    url: str = ""
    received: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    reply: bytes = b'{"text": [" One.", " Two."]}'
    delay: float = 0.0
    throttled: int = 0
    numbers: bool = True
    """Whether its answers have ids."""
    ended: Event = field(default_factory=Event)

    def client(self) -> EndpointClient:
        return EndpointClient(this_computer(self.url), "whisper-base")


def handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kinds = self.headers["Content-Type"], self.headers["Accept"]
            endpoint.received.append((self.path, *kinds, body))
            endpoint.ended.wait(endpoint.delay)
            if len(endpoint.received) <= endpoint.throttled:
                self.answer(400, b'{"message": "the queue is full"}', "ThrottlingException")
            else:
                self.answer(200, endpoint.reply)

        def answer(self, status: int, body: bytes, error: str | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if endpoint.numbers:
                self.send_header("x-amzn-RequestId", f"request {len(endpoint.received)}")
            if error:
                self.send_header("x-amzn-ErrorType", error)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    # Waiting between tries is boto3's business; what counts here is how many there are.
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None, time=time.time))
    target._cached_client.cache_clear()
    endpoint = Endpoint()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(endpoint)) as server:
        endpoint.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield endpoint
        endpoint.ended.set()
        server.shutdown()
    target._cached_client.cache_clear()


def test_without_parameters_the_wav_itself_is_sent(endpoint: Endpoint) -> None:
    clip = silence(1.0)
    endpoint.client().transcribe(clip)
    path = "/endpoints/whisper-base/invocations"
    assert endpoint.received == [(path, "audio/wav", "application/json", clip.wav())]


def test_with_parameters_json_is_sent(endpoint: Endpoint) -> None:
    clip = silence(0.5)
    parameters = {"num_beams": 2, "num_return_sequences": 2}
    transcript = endpoint.client().transcribe(clip, parameters)
    ((_, kind, _, body),) = endpoint.received
    assert kind == "application/json"
    assert json.loads(body) == {"audio_input": clip.wav().hex(), **parameters}
    assert transcript.parameters == parameters


def test_a_transcript_has_texts_and_times(endpoint: Endpoint) -> None:
    endpoint.delay = 0.2
    transcript = endpoint.client().transcribe(silence(2.0))
    assert transcript.texts == (" One.", " Two.")
    assert transcript.clip_name == "silence.wav"
    assert transcript.audio_seconds == 2.0
    assert 0.2 <= transcript.request_seconds < 5.0
    assert transcript.endpoint_name == "whisper-base"
    assert transcript.reply == endpoint.reply
    assert (transcript.request_id, transcript.retries) == ("request 1", 0)


def test_an_answer_without_an_id_is_an_answer(endpoint: Endpoint) -> None:
    endpoint.numbers = False
    transcript = endpoint.client().transcribe(silence(1.0))
    assert (transcript.texts, transcript.request_id) == ((" One.", " Two."), None)


def test_thirty_seconds_are_sent_and_one_sample_more_is_not(endpoint: Endpoint) -> None:
    client = endpoint.client()
    client.transcribe(silence(30.0))
    longer = Clip(np.zeros(30 * SAMPLE_RATE + 1, np.int16), "long.wav", "")
    with pytest.raises(AudioTooLongError, match=r"long\.wav lasts 30\.0 s.*chunks of at most 30 s"):
        client.transcribe(longer)
    assert len(endpoint.received) == 1


def test_unsound_parameters_are_not_sent(endpoint: Endpoint) -> None:
    with pytest.raises(InvalidParametersError, match="nothing was sent") as caught:
        endpoint.client().transcribe(silence(1.0), {"num_beams": 0, "top_p": 2.0})
    assert [finding.names for finding in caught.value.findings] == [("num_beams",), ("top_p",)]
    assert endpoint.received == []


def test_the_model_sharpens_the_check(endpoint: Endpoint) -> None:
    client = EndpointClient(this_computer(endpoint.url), "e", find_model("whisper-tiny.en"))
    with pytest.raises(InvalidParametersError, match="knows English only"):
        client.transcribe(silence(1.0), {"language": "german", "task": "transcribe"})
    assert endpoint.received == []


def test_a_body_beyond_the_limit_is_not_sent(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = silence(1.0)
    monkeypatch.setattr(client_module, "MAX_BODY_BYTES", len(clip.wav()))
    endpoint.client().transcribe(clip)
    with pytest.raises(RequestTooLargeError, match="Send a shorter clip"):
        endpoint.client().transcribe(clip, {"num_beams": 2})
    assert len(endpoint.received) == 1


@pytest.mark.parametrize("reply", [b"", b"<html>", b"[]", b"[" * 100_000, b'{"text": []}', b'{"text": "x"}'])
def test_another_services_reply_is_refused(endpoint: Endpoint, reply: bytes) -> None:
    endpoint.reply = reply
    with pytest.raises(UnexpectedReplyError, match="whisper-base answered, but not as a Whisper endpoint"):
        endpoint.client().transcribe(silence(1.0))


def test_throttling_is_tried_again(endpoint: Endpoint) -> None:
    endpoint.throttled = 2
    transcript = endpoint.client().transcribe(silence(1.0))
    assert (transcript.retries, len(endpoint.received)) == (2, 3)


def test_lasting_throttling_ends_after_four_tries(endpoint: Endpoint) -> None:
    endpoint.throttled = 100
    with pytest.raises(ThrottledError, match="the queue is full") as caught:
        endpoint.client().transcribe(silence(1.0))
    assert len(endpoint.received) == 4
    assert caught.value.request_id == "request 4"


def test_a_time_out_is_not_tried_again(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "_CONFIG", target._CONFIG.merge(Config(read_timeout=0.3)))
    endpoint.delay = 30.0
    with pytest.raises(RequestTimedOutError):
        endpoint.client().transcribe(silence(1.0))
    time.sleep(0.2)
    assert len(endpoint.received) == 1


@pytest.mark.usefixtures("endpoint")
def test_nobody_there_is_unreachable() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        free = server.server_port
    client = EndpointClient(this_computer(f"http://127.0.0.1:{free}"), "whisper-base")
    with pytest.raises(EndpointUnreachableError, match="whisper-base can't be reached"):
        client.transcribe(silence(1.0))


def test_in_a_queue_it_waits_for_its_turn_and_waiting_is_no_request_time(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(
        "components.endpoint_client.call_log.time", SimpleNamespace(perf_counter=lambda: clock[0])
    )
    queue, answered = RequestQueue(at_once=1), Event()
    other = Thread(target=queue.send, args=(Ticket(), answered.wait), daemon=True)
    other.start()
    client = EndpointClient(this_computer(endpoint.url), "whisper-base", queue=queue)
    positions: list[int | None] = []

    def on_queue_position(position: int) -> None:
        positions.extend((position, client.queue_position))
        clock[0] += 3600.0
        answered.set()

    transcript = client.transcribe(silence(1.0), on_queue_position=on_queue_position)
    assert positions == [1, 1, 0, None]
    assert clock == [2 * 3600.0]
    assert transcript.request_seconds == 0.0
    assert client.queue_position is None
    other.join()


def test_without_a_queue_it_has_no_queue_position(endpoint: Endpoint) -> None:
    assert endpoint.client().queue_position is None

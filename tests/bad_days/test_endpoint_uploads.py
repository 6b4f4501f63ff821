"""Hostile uploads sent to the embedded endpoint itself: it refuses them as the container does, and lives on."""

import http.client
import json
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest

from tests.bad_days.hostile_uploads import hostile_uploads
from tests.embedded_server import Server, client, deployed
from tests.pages.driver import speech

SENT = (
    *("kind-*.wav", "bits-*.wav", "rate-*", "channels-*", "packet-*", "*-of-*", "*-counts-*", "first-*"),
    *("silent-film*", "not-numbers.wav", "bomb.wav", "page.mp3", "list.mp3", "names-others.wav", "deep.mp4"),
)
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def endpoint(server: Server) -> Iterator[str]:
    with deployed(client("sagemaker", server.url), "whisper-tiny.en") as name:
        yield name


def answer(server: Server, endpoint: str, kind: str, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    try:
        connection.request("POST", f"/endpoints/{endpoint}/invocations", body, {"Content-Type": kind})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_each_is_heard_or_refused_with_a_reason(server: Server, endpoint: str) -> None:
    sent = [
        (name, data)
        for name, data in hostile_uploads()
        if len(data) < MOST_BYTES and any(fnmatch(name, pattern) for pattern in SENT)
    ]
    assert len(sent) > 80
    short, logged = json.dumps({"max_new_tokens": 5})[:-1], len(server.log)
    for name, data in sent:
        # A few tokens are enough: what is asked is whether it can be heard.
        body = f'{short}, "audio_input": "{data.hex()}"}}'.encode()
        status, reply = answer(server, endpoint, "application/json", body)
        told = json.loads(reply)
        if status != 200:
            # What the container says is passed on within SageMaker's own error.
            assert (status, told["OriginalStatusCode"]) == (424, 400), (name, reply)
            assert json.loads(told["OriginalMessage"])["message"].endswith("."), name
        else:
            assert told["text"], name
    assert server.process.poll() is None
    assert "Traceback" not in "".join(server.log[logged:])
    status, reply = answer(server, endpoint, "audio/wav", speech("en/quick_brown_fox.wav"))
    assert (status, json.loads(reply)) == (200, {"text": [" The quick brown fox jumps over the lazy dog."]})

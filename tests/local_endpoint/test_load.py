"""Requests that wait, are too many, take too long or lose their client: the engine waits for a gate."""

import gc
import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from threading import Barrier, Event
from typing import Any

import pytest
from botocore.exceptions import ClientError
from starlette.types import ASGIApp

from components.audio.decoding import Samples
from components.local_endpoint.control_plane import ControlPlane
from components.local_endpoint.endpoint_lifecycle import EndpointLifecycle
from components.local_endpoint.engine import WhisperEngine
from components.local_endpoint.engine_pool import EnginePool
from components.local_endpoint.handler import HandlerError
from components.local_endpoint.registry import Registry
from components.local_endpoint.runtime import Runtime
from components.local_endpoint.server import create_app
from components.local_endpoint.work_queue import WorkQueue
from tests.embedded_server import TINY_ENDPOINT, Server, client, wait_until_in_service

HEARD = [" The quick brown fox jumps over the lazy dog."]

Serve = Callable[[ASGIApp], AbstractContextManager[str]]


class GatedEngine:
    """The real engine behind a gate that a test opens."""

    def __init__(self, engine: WhisperEngine) -> None:
        self.model = engine.model
        self.gate = Event()
        self._engine = engine

    def transcribe(self, samples: Samples, values: Mapping[str, object]) -> list[str]:
        assert self.gate.wait(60)
        return self._engine.transcribe(samples, values)


class Bench:
    """A server in this process with endpoint `slow`: one request may wait, each has `limit` seconds."""

    def __init__(self, engine: WhisperEngine, limit: float) -> None:
        self.engine = GatedEngine(engine)
        self.registry = Registry()
        lifecycle = EndpointLifecycle(self.registry.endpoints, EnginePool(lambda *_: self.engine))
        self.app = create_app(
            ControlPlane(self.registry, lifecycle), Runtime(lifecycle, WorkQueue(1), "slow", limit), None
        )
        self.pool = ThreadPoolExecutor()

    def deploy(self, address: str) -> None:
        """Creates the endpoint at the server of that address."""
        self.address = address
        self.sagemaker = client("sagemaker", f"http://{address}")
        self.runtime = client("sagemaker-runtime", f"http://{address}")
        container = {"Environment": {"MODEL_ID": "whisper-tiny.en"}}
        variant = {"VariantName": "Only", "ModelName": "slow"}
        self.sagemaker.create_model(ModelName="slow", PrimaryContainer=container)
        self.sagemaker.create_endpoint_config(EndpointConfigName="slow", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName="slow", EndpointConfigName="slow")
        wait_until_in_service(self.sagemaker, "slow")

    def invoke(self, speech: bytes) -> list[str]:
        answer = self.runtime.invoke_endpoint(EndpointName="slow", ContentType="audio/wav", Body=speech)
        return json.loads(answer["Body"].read())["text"]

    def start(self, speech: bytes) -> Future[list[str]]:
        """Sends a request and returns once the endpoint has taken it in."""
        running = self.running
        answer = self.pool.submit(self.invoke, speech)
        self.wait_until_running(running + 1)
        return answer

    def refusal(self, speech: bytes) -> dict[str, Any]:
        with pytest.raises(ClientError) as caught:
            self.invoke(speech)
        return dict(caught.value.response)

    @property
    def running(self) -> int:
        return self.registry.endpoints.get("slow").running

    def wait_until_running(self, count: int) -> None:
        end = time.monotonic() + 30
        while self.running != count:
            assert time.monotonic() < end
            time.sleep(0.01)


@pytest.fixture
def make_bench(tiny_engine: WhisperEngine, serve: Serve) -> Iterator[Callable[..., Bench]]:
    with ExitStack() as stack:

        def make(limit: float = 60) -> Bench:
            bench = Bench(tiny_engine, limit)
            bench.deploy(stack.enter_context(serve(bench.app)))
            stack.callback(bench.engine.gate.set)
            return bench

        yield make


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def test_one_request_too_many_is_throttled_and_the_others_are_answered(bench: Bench, speech: bytes) -> None:
    accepted = [bench.start(speech), bench.start(speech)]
    response = bench.refusal(speech)
    assert response["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    bench.engine.gate.set()
    assert [answer.result(60) for answer in accepted] == [HEARD, HEARD]
    assert bench.invoke(speech) == HEARD


@pytest.mark.parametrize("path", ["/endpoints/slow/invocations", "/invocations"])
def test_a_refused_request_keeps_neither_its_audio_nor_the_model_in_memory(bench: Bench, path: str) -> None:
    # What refers to itself waits for Python's garbage collection, in a quiet process for ever.
    gc.collect()
    gc.disable()
    earlier = [found for found in gc.get_objects() if isinstance(found, HandlerError)]
    try:
        connection = http.client.HTTPConnection(bench.address)
        connection.request("POST", path, b"no audio", {"Content-Type": "audio/wav"})
        assert connection.getresponse().status in {400, 424}
        connection.close()
        end = time.monotonic() + 30
        while any(isinstance(found, HandlerError) and found not in earlier for found in gc.get_objects()):
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        gc.enable()


def test_the_queue_size_is_a_setting(
    start_server: Callable[..., AbstractContextManager[Server]], speech: bytes
) -> None:
    with start_server(PORTAL_QUEUE_SIZE="1") as server:
        wait_until_in_service(client("sagemaker", server.url), TINY_ENDPOINT)
        runtime = client("sagemaker-runtime", server.url)
        together = Barrier(6)

        def ask(_: int) -> str:
            together.wait()
            try:
                answer = runtime.invoke_endpoint(
                    EndpointName=TINY_ENDPOINT, ContentType="audio/wav", Body=speech
                )
            except ClientError as error:
                return str(error.response["Error"]["Code"])
            return str(json.loads(answer["Body"].read())["text"][0])

        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(ask, range(6)))
    assert set(answers) == {"ThrottlingException", HEARD[0]}
    assert answers.count(HEARD[0]) >= 2


def test_whoever_hangs_up_gives_up_the_place_in_the_queue(bench: Bench, speech: bytes) -> None:
    first = bench.start(speech)
    connection = http.client.HTTPConnection(bench.address, timeout=60)
    connection.request("POST", "/endpoints/slow/invocations", speech, {"Content-Type": "audio/wav"})
    bench.wait_until_running(2)
    assert bench.refusal(speech)["Error"]["Code"] == "ThrottlingException"
    connection.close()
    bench.wait_until_running(1)
    second = bench.start(speech)
    bench.engine.gate.set()
    assert [first.result(60), second.result(60)] == [HEARD, HEARD]


def test_a_request_that_takes_too_long_is_a_model_error(
    make_bench: Callable[..., Bench], speech: bytes
) -> None:
    bench = make_bench(limit=0.2)
    response = bench.refusal(speech)
    assert response["Error"]["Code"] == "ModelError"
    assert response["OriginalStatusCode"] == 0
    assert response["OriginalMessage"].startswith("Your invocation timed out while waiting for a response")
    assert response["Error"]["Message"].startswith("Received server error (0) from primary")


def test_a_deleted_endpoint_answers_what_it_has_taken_in(bench: Bench, speech: bytes) -> None:
    taken = [bench.start(speech), bench.start(speech)]
    bench.sagemaker.delete_endpoint(EndpointName="slow")
    assert bench.sagemaker.describe_endpoint(EndpointName="slow")["EndpointStatus"] == "Deleting"
    assert bench.refusal(speech)["Error"]["Message"] == "Endpoint slow of account 000000000000 not found."
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        bench.sagemaker.delete_endpoint(EndpointName="slow")
    bench.engine.gate.set()
    assert [answer.result(60) for answer in taken] == [HEARD, HEARD]
    with pytest.raises(ClientError, match="Could not find endpoint"):
        bench.sagemaker.describe_endpoint(EndpointName="slow")

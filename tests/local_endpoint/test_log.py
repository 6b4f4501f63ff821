"""What the embedded endpoint logs, and by which id a request is found there."""

import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from starlette.types import ASGIApp

from components.core import logs
from components.local_endpoint.control_plane import ControlPlane
from components.local_endpoint.endpoint_lifecycle import EndpointLifecycle
from components.local_endpoint.engine_pool import EnginePool
from components.local_endpoint.registry import Registry
from components.local_endpoint.runtime import Runtime
from components.local_endpoint.server import create_app
from components.local_endpoint.work_queue import WorkQueue
from components.whisper.models import find_model
from tests.embedded_server import Server, client, wait_until_in_service

Start = Callable[..., AbstractContextManager[Server]]


class Broken:
    """An engine with a bug."""

    model = find_model("whisper-base")

    def transcribe(self, *_: object) -> list[str]:
        raise RuntimeError("a bug")


@pytest.fixture
def broken(serve: Callable[[ASGIApp], AbstractContextManager[str]]) -> Any:
    registry, engine = Registry(), Broken()
    lifecycle = EndpointLifecycle(registry.endpoints, EnginePool(lambda *_: engine))  # type: ignore[arg-type]
    control_plane = ControlPlane(registry, lifecycle)
    with serve(create_app(control_plane, Runtime(lifecycle, WorkQueue(1), "none"), None)) as address:
        sagemaker = client("sagemaker", f"http://{address}")
        container = {"Environment": {"MODEL_ID": "whisper-base"}}
        sagemaker.create_model(ModelName="m", PrimaryContainer=container)
        variant = {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1}
        sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        sagemaker.create_endpoint(EndpointName="broken", EndpointConfigName="c")
        wait_until_in_service(sagemaker, "broken")
        yield client("sagemaker-runtime", f"http://{address}")


def refused(runtime: Any, speech: bytes, name: str, **more: str) -> str:
    """Has an invocation fail; the id that the answer has."""
    with pytest.raises(ClientError) as caught:
        runtime.invoke_endpoint(EndpointName=name, ContentType="audio/wav", Body=speech, **more)
    return str(caught.value.response["ResponseMetadata"]["RequestId"])


def test_what_nobody_reads_at_a_terminal_is_json_with_the_ids_of_each_request(
    start_server: Start, speech: bytes
) -> None:
    with start_server(PORTAL_LOG_FORMAT="json") as server:
        request_id = refused(client("sagemaker-runtime", server.url), speech, "nobody", InferenceId="mine")
    lines = [json.loads(line) for line in server.log]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    (line,) = [line for line in lines if "invocations" in line["message"]]
    assert (line["request_id"], line["inference_id"]) == (request_id, "mine")
    assert (line["endpoint"], line["outcome"], line["level"]) == ("nobody", 400, "INFO")
    assert 0 < line["seconds"] < 60


def test_a_name_with_a_line_break_forges_no_line(start_server: Start, speech: bytes) -> None:
    with start_server() as server, suppress(ClientError):
        client("sagemaker-runtime", server.url).invoke_endpoint(
            EndpointName="a\n2026 INFO forged", Body=speech
        )
    assert [line for line in server.log if "invocations" in line and "forged" in line]
    assert [line for line in server.log if line.startswith("2026 INFO")] == []


def test_what_fails_in_another_thread_is_logged_with_the_id_of_its_request(
    broken: Any, speech: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(logs._add_id)
    with caplog.at_level(logging.INFO, "components"):
        request_id = refused(broken, speech, "broken")
    (failure,) = [record for record in caplog.records if record.exc_info]
    assert vars(failure)["request_id"] == request_id

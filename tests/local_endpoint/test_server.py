"""Requests that are none, and failures inside the server: told in AWS's shape, and without consequences."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from botocore.exceptions import ClientError
from starlette.types import ASGIApp

from components.local_endpoint.control_plane import ControlPlane
from components.local_endpoint.endpoint_lifecycle import EndpointLifecycle
from components.local_endpoint.engine_pool import EnginePool
from components.local_endpoint.registry import Registry
from components.local_endpoint.runtime import Runtime
from components.local_endpoint.server import create_app
from components.local_endpoint.work_queue import WorkQueue
from tests.embedded_server import client

Serve = Callable[[ASGIApp], AbstractContextManager[str]]


class FailingOnce(ControlPlane):
    """A control plane with a mistake that shows at the first call."""

    failed = False

    def call(self, action: str, parameters: object) -> dict[str, Any]:
        if not self.failed:
            self.failed = True
            raise ZeroDivisionError("a mistake")
        return super().call(action, parameters)


def test_an_unexpected_failure_is_an_internal_failure(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    registry = Registry()
    lifecycle = EndpointLifecycle(
        registry.endpoints, EnginePool(lambda *_: pytest.fail("nothing is to be loaded"))
    )
    app = create_app(FailingOnce(registry, lifecycle), Runtime(lifecycle, WorkQueue(0), "none"), None)
    with serve(app) as address:
        sagemaker = client("sagemaker", f"http://{address}")
        with pytest.raises(ClientError) as caught:
            sagemaker.list_endpoints()
        assert caught.value.response["Error"] == {
            "Code": "InternalFailure",
            "Message": "The embedded endpoint failed. Its log says why.",
        }
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
        assert sagemaker.list_endpoints()["Endpoints"] == []
    assert "ZeroDivisionError: a mistake" in caplog.text


def test_the_hosting_contract_without_the_endpoint_it_speaks_for(serve: Serve) -> None:
    registry = Registry()
    lifecycle = EndpointLifecycle(
        registry.endpoints, EnginePool(lambda *_: pytest.fail("nothing is to be loaded"))
    )
    with serve(
        create_app(ControlPlane(registry, lifecycle), Runtime(lifecycle, WorkQueue(0), "none"), None)
    ) as address:
        connection = http.client.HTTPConnection(address, timeout=10)
        connection.request("GET", "/ping")
        ping = connection.getresponse()
        assert (ping.status, ping.read()) == (503, b"")
        connection.request("POST", "/invocations", b"abc", {"Content-Type": "audio/wav"})
        answer = connection.getresponse()
        assert answer.status == 503
        assert json.loads(answer.read())["message"] == "none is not in service."


def post(url: str, body: bytes, target: str = "SageMaker.ListEndpoints") -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(url, body, {"X-Amz-Target": target})  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"[" * 100_000,
        b"[]",
        b"1",
        b'{"MaxResults": NaN}',
        b'{"MaxResults": "1"}',
        b'{"CreationTimeAfter": "soon"}',
    ],
)
def test_a_body_that_is_no_request_is_refused(endpoint_url: str, body: bytes) -> None:
    status, answer = post(endpoint_url, body)
    assert (status, answer["__type"]) == (400, "SerializationException")


def test_nulls_are_passed_over(endpoint_url: str) -> None:
    status, answer = post(endpoint_url, b'{"NextToken": null}')
    assert (status, len(answer["Endpoints"])) == (200, 1)


def test_a_request_over_the_limit_is_refused(endpoint_url: str) -> None:
    status, answer = post(endpoint_url, bytes(7_000_000))
    assert (status, answer["__type"]) == (413, "RequestEntityTooLargeException")

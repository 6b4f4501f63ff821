"""The HTTP server: which path leads where, and what becomes of errors."""

import json
from typing import NoReturn

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from components.local_endpoint.control_plane import ControlPlane
from components.local_endpoint.faults import AwsFault
from components.local_endpoint.handler import HandlerError
from components.local_endpoint.middleware import EndpointMiddleware
from components.local_endpoint.runtime import Runtime, read_body

_TARGET_PREFIX = "SageMaker."


def create_app(control_plane: ControlPlane, runtime: Runtime, hosts: tuple[str, ...] | None) -> ASGIApp:
    """The ASGI application: AWS's two protocols and the hosting contract; `hosts` as in `EndpointMiddleware`."""

    async def control(request: Request) -> Response:
        action = request.headers.get("x-amz-target", "").removeprefix(_TARGET_PREFIX)
        answer = control_plane.call(action, await _json(request))
        return Response(json.dumps(answer), media_type="application/x-amz-json-1.1")

    routes = [
        Route("/", control, methods=["POST"]),
        Route("/endpoints/{name}/invocations", runtime.invoke_endpoint, methods=["POST"]),
        Route("/invocations", runtime.invocations, methods=["POST"]),
        Route("/ping", runtime.ping, methods=["GET"]),
    ]
    handlers = {AwsFault: _fault, 404: _unknown, 405: _unknown, 500: _failure}
    return EndpointMiddleware(Starlette(routes=routes, exception_handlers=handlers), hosts)


async def _json(request: Request) -> object:
    try:
        return json.loads(await read_body(request), parse_constant=_no_number)
    except HandlerError as error:
        raise AwsFault("RequestEntityTooLargeException", error.message, error.code) from error
    except (ValueError, RecursionError) as error:
        raise AwsFault("SerializationException", f"The body is not valid JSON: {error}.") from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


async def _fault(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, AwsFault)  # noqa: S101 - Starlette calls this for no other
    return fault.response()


async def _unknown(request: Request, _error: Exception) -> Response:
    message = f"There is no {request.method} {request.url.path} here."
    return AwsFault("UnknownOperationException", message, 404).response()


async def _failure(_request: Request, _error: Exception) -> Response:
    return AwsFault("InternalFailure", "The embedded endpoint failed. Its log says why.", 500).response()

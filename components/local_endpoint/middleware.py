"""What every request passes first: the check of the caller, a request id, a line in the log."""

import asyncio
import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.core.request_id import new_id, working_on
from components.local_endpoint.faults import AwsFault

logger = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""The names under which a server on a loopback address may be called."""

_LONGEST_ID = 64
"""Characters of an InferenceId in SageMaker's API."""


class EndpointMiddleware:
    """ASGI middleware around the whole server.

    `hosts` are the names by which it may be called, None meaning any. Without this check a web page could
    have its own name resolve to 127.0.0.1, and its scripts could use the endpoint of the page's visitor. Pages may
    also send simple requests to any address without being allowed to read the answer: what a page sends is refused.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its failure to the log: the next request finds the server as it was."""
        request_id, started = new_id(), time.perf_counter()
        received, status = 0, None

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message

        async def identify(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-amzn-requestid"] = request_id
            await send(message)

        with working_on(request_id):
            await self._respond(scope, count, identify)
            _log(scope, status, received, time.perf_counter() - started)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(Headers(scope=scope))
        app = AwsFault("AccessDeniedException", refusal, 403).response() if refusal else self._app
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            message = "The embedded endpoint stopped before it had answered."
            await AwsFault("ServiceUnavailable", message, 503).response()(scope, receive, send)
        except ClientDisconnect:
            logger.info("the client of the following request is gone")
        except Exception:
            logger.exception("the following request failed")

    def _refusal(self, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if self._hosts is not None and _without_port(host) not in self._hosts:
            return f"This server may not be called {host!r}."
        # Browsers add these headers to all that a page sends, and pages can't prevent it. AWS's clients never do, and
        # an address that a user types has the site "none".
        if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
            return "This server answers no web pages."
        return None


def _log(scope: Scope, status: int | None, received: int, seconds: float) -> None:
    request = f"{scope['method']} {scope['raw_path'].decode()}"
    found: dict[str, object] = {"seconds": round(seconds, 3), "bytes": received, "outcome": status}
    if name := scope.get("path_params", {}).get("name"):
        found["endpoint"] = name
    if inference_id := Headers(scope=scope).get("x-amzn-sagemaker-inference-id"):
        found["inference_id"] = inference_id[:_LONGEST_ID]
    logger.info("%s %s %.0f ms", request, status or "-", 1000 * seconds, extra=found)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()

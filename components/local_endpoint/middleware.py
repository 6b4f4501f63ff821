"""What every request passes first: the check of who calls, its number, its line in the log."""

import asyncio
import logging
import time
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.core.request_id import new_id, working_on
from components.local_endpoint.faults import AwsFault

logger = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""The names under which a server on a loopback address may be called."""

_SECONDS_TO_DRAIN = 10
_LONGEST_ID = 64
"""Characters of an InferenceId in SageMaker's API."""


class Front:
    """ASGI middleware around the whole server.

    `hosts` are the names by which it may be called, None meaning any. Without this check a web page could
    have its own name resolve to 127.0.0.1, and its scripts could use the endpoint of whoever opened the page. Pages may
    also send simple requests to any address without being allowed to read the answer: what a page sends is refused.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its failure to the log: the next request finds the server as it was."""
        exchange = _Exchange(receive, send)
        with working_on(exchange.number):
            await self._carry_out(scope, exchange)

    async def _carry_out(self, scope: Scope, exchange: "_Exchange") -> None:
        started = time.perf_counter()
        try:
            await self._answer(scope, exchange.receive, exchange.send)
        except asyncio.CancelledError:
            stopped = AwsFault(
                "ServiceUnavailable", "The embedded endpoint stopped before it had answered.", 503
            )
            await stopped.response()(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            logger.info("the client of the following request is gone")
        except Exception:
            logger.exception("the following request failed")
        _log(scope, exchange, time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(Headers(scope=scope))
        answer = AwsFault("AccessDeniedException", refusal, 403).response() if refusal else self._app
        await answer(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if self._hosts is not None and _without_port(host) not in self._hosts:
            return f"This server may not be called {host!r}."
        # Browsers say so of whatever a page sends, and pages can't keep them from it. AWS's clients never do, and
        # whoever types an address has the site "none".
        if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
            return "This server answers no web pages."
        return None


class _Exchange:
    """One request and its answer: its number, the bytes received; `status` is None until there is an answer."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.number = new_id()
        self.received = 0
        self.status: int | None = None
        self._receive = receive
        self._send = send
        self._unread = True

    async def receive(self) -> Message:
        """The next chunk of the request."""
        message = await self._receive()
        self.received += len(message.get("body", b""))
        self._unread = message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Sends a chunk of the answer, with a number for the whole."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            number = (b"x-amzn-requestid", self.number.encode())
            message = {**message, "headers": [*message["headers"], number]}
        elif self._unread and not message.get("more_body"):
            await self._send({**message, "more_body": True})
            await self._drain()
            message = {**message, "body": b""}
        await self._send(message)

    async def _drain(self) -> None:
        # Many clients read the answer only when they have sent all: what a refused one still sends is thrown away.
        with suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_TO_DRAIN):
                while self._unread:
                    await self.receive()


def _log(scope: Scope, exchange: _Exchange, seconds: float) -> None:
    request = f"{scope['method']} {scope['raw_path'].decode()}"
    found: dict[str, object] = {
        "seconds": round(seconds, 3),
        "bytes": exchange.received,
        "outcome": exchange.status,
    }
    if name := scope.get("path_params", {}).get("name"):
        found["endpoint"] = name
    if inference_id := Headers(scope=scope).get("x-amzn-sagemaker-inference-id"):
        found["inference_id"] = inference_id[:_LONGEST_ID]
    logger.info("%s %s %.0f ms", request, exchange.status or "-", 1000 * seconds, extra=found)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()

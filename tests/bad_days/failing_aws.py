"""A server in the place of SageMaker: real HTTP in AWS's wire format, and whatever can go wrong with it."""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """One request; `server.aws` says what becomes of it."""

    server: "Server"

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        aws = self.server.aws
        aws.received.append(dict(self.headers))
        aws.reactions[min(len(aws.received), len(aws.reactions)) - 1](self)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        number = f"request-{len(self.server.aws.received)}"
        for name, value in {"Content-Length": str(len(body)), "x-amzn-RequestId": number, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps the tests' output clean."""


Reaction = Callable[[Handler], None]


@dataclass
class FailingAws:
    """What the server is to do with each request in turn, the last one with all that follow, and what came."""

    url: str
    reactions: list[Reaction] = field(default_factory=list)
    received: list[dict[str, str]] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def hang(self, _: Handler) -> None:
        """Takes the request and never answers."""
        self.over.wait(60)


class Server(ThreadingHTTPServer):
    aws: FailingAws
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """That a connection breaks is meant."""


@contextmanager
def failing_aws() -> Iterator[FailingAws]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.aws = FailingAws(f"http://127.0.0.1:{server.server_port}")
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.aws
        server.aws.over.set()
        server.shutdown()


def heard(text: str = " Yes.") -> Reaction:
    """An answer of a Whisper endpoint."""
    return lambda handler: handler.answer(200, json.dumps({"text": [text]}).encode())


def refusal(status: int, code: str, message: str, **more: object) -> Reaction:
    """An error as AWS sends it."""
    body = json.dumps({"message": message, **more}).encode()
    return lambda handler: handler.answer(status, body, **{"x-amzn-ErrorType": code})


def model_error(status: int, message: str) -> Reaction:
    """A failure of the container, as SageMaker passes it on."""
    original = json.dumps({"code": status, "type": "InternalServerException", "message": message})
    return refusal(424, "ModelError", "Received error.", OriginalStatusCode=status, OriginalMessage=original)


def page(status: int) -> Reaction:
    """The page of a proxy or a balancer, which is no answer of AWS at all."""
    body = b"<html><head><title>Bad Gateway</title></head><body><script>alert(1)</script></body></html>"
    return lambda handler: handler.answer(status, body, **{"Content-Type": "text/html"})


def reset(handler: Handler) -> None:
    """Breaks the connection off with RST, before a word is said."""
    _reset(handler)


def reset_in_mid_answer(handler: Handler) -> None:
    """Promises more than it sends, then breaks off with RST."""
    _send_half(handler)
    _reset(handler)


def end_in_mid_answer(handler: Handler) -> None:
    """Promises more than it sends, then ends as if that were all."""
    _send_half(handler)
    handler.close_connection = True


def _send_half(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"text": [" Half of')
    handler.wfile.flush()


def _reset(handler: Handler) -> None:
    # To linger for no time at all is to reset.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()

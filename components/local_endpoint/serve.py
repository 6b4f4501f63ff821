"""The embedded endpoint as a server: command line, log, signals, and whisper-base deployed at start."""

import argparse
import ipaddress
import logging
import os
import signal
import socket
import sys
from threading import Thread
from weakref import finalize

import uvicorn
from pydantic import ValidationError
from starlette.types import ASGIApp

from components.core.logs import set_up
from components.core.settings import Settings, in_words
from components.local_endpoint.control_plane import ControlPlane
from components.local_endpoint.endpoint_lifecycle import EndpointLifecycle
from components.local_endpoint.engine import WhisperEngine, load_engine, processor_threads
from components.local_endpoint.engine_pool import EnginePool
from components.local_endpoint.loading_progress import Report
from components.local_endpoint.malloc_trim import MemoryTrimmer
from components.local_endpoint.middleware import LOOPBACK
from components.local_endpoint.registry import Registry
from components.local_endpoint.runtime import Runtime
from components.local_endpoint.server import create_app
from components.local_endpoint.work_queue import WorkQueue
from components.whisper.contract import MODEL_ID
from components.whisper.models import WhisperModel, endpoint_name, find_model

logger = logging.getLogger("components.local_endpoint")

_SECONDS_TO_FINISH = 4
"""How long running requests get when the server is stopped; its parent may kill it after 5."""


def main() -> None:
    """Parses the command line, listens, deploys the first model and serves."""
    args = _arguments()
    try:
        settings = Settings()
    except ValidationError as error:
        sys.exit(in_words(error))
    model = find_model(settings.embedded_model)
    if model is None:
        sys.exit(
            f"PORTAL_EMBEDDED_MODEL: there is no model {settings.embedded_model}. Name one such as whisper-base."
        )
    set_up(settings)
    listener = _listen(args.host, args.port)
    address, port = listener.getsockname()[:2]
    app = _app(settings, model, (*LOOPBACK, address) if ipaddress.ip_address(address).is_loopback else None)
    server = uvicorn.Server(
        # h11 and no websockets: the same whatever else is installed.
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        )
    )

    def stop(*_: object) -> None:
        server.should_exit = True

    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, stop)
    if args.exit_with_parent:
        Thread(target=lambda: stop(sys.stdin.buffer.read()), daemon=True).start()
    logger.info("listening on http://%s:%d", f"[{address}]" if ":" in address else address, port)
    server.run(sockets=[listener])
    logger.info("stopped")
    logging.shutdown()
    # Nobody waits any longer for a transcription that is still running, and it can't be broken off.
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m components.local_endpoint",
        description="Serves Whisper on this computer until it is stopped.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one (default: %(default)s)")
    help_text = "end when standard input closes: its other end is gone"
    parser.add_argument("--exit-with-parent", action="store_true", help=help_text)
    return parser.parse_args()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(
            f"Can't listen on port {port} of {host}: {reason}. Choose another; --port 0 takes a free one."
        )
    # Answers go out in two chunks: without this, the second would wait 40 ms for the first's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _app(settings: Settings, first: WhisperModel, hosts: tuple[str, ...] | None) -> ASGIApp:
    trimmer = MemoryTrimmer()

    def load(model: WhisperModel, report: Report) -> WhisperEngine:
        try:
            engine = load_engine(model, settings, report)
        finally:
            trimmer.request()
        finalize(engine, trimmer.request)
        return engine

    registry = Registry()
    lifecycle = EndpointLifecycle(registry.endpoints, EnginePool(load))
    control_plane = ControlPlane(registry, lifecycle)
    name = _deploy(control_plane, first)
    # Each thread decodes one. One more, encoded meanwhile, would bring 6 % of throughput for 10 % of memory.
    queue = WorkQueue(settings.queue_size, processor_threads(settings), trimmer.request)
    return create_app(control_plane, Runtime(lifecycle, queue, name), hosts)


def _deploy(control_plane: ControlPlane, model: WhisperModel) -> str:
    """Returns the name of the endpoint."""
    name = endpoint_name(model.name)
    container = {"Environment": {MODEL_ID: model.name}}
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1}
    control_plane.call("CreateModel", {"ModelName": name, "PrimaryContainer": container})
    control_plane.call("CreateEndpointConfig", {"EndpointConfigName": name, "ProductionVariants": [variant]})
    control_plane.call("CreateEndpoint", {"EndpointName": name, "EndpointConfigName": name})
    return name

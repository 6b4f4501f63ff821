"""Invocations: SageMaker's runtime, and the hosting contract that a container keeps towards SageMaker."""

import asyncio
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from components.local_endpoint.endpoint_lifecycle import EndpointLifecycle
from components.local_endpoint.faults import AwsFault, NotInServiceError
from components.local_endpoint.handler import HandlerError, handle
from components.local_endpoint.registry import ACCOUNT, REGION
from components.local_endpoint.work_queue import QueueFullError, WorkQueue
from components.whisper.contract import INVOCATION_SECONDS, JSON, MAX_BODY_BYTES


async def read_body(request: Request) -> bytes:
    """The whole body.

    One that is too large is read to its end: many clients read the answer only when they have sent everything.

    Raises:
        HandlerError: there is more of it than SageMaker takes.
        starlette.requests.ClientDisconnect: the client is gone.
    """
    body = bytearray()
    async for chunk in request.stream():
        if len(body) <= MAX_BODY_BYTES:
            body += chunk
    if len(body) > MAX_BODY_BYTES:
        raise HandlerError(413, f"The request's body is larger than the limit of {MAX_BODY_BYTES:,} bytes.")
    return bytes(body)


class Runtime:
    """Answers invocations; `limit` is how many seconds SageMaker gives one, waiting included.

    `hosted` is the endpoint that the hosting contract's /ping and /invocations speak for.
    """

    def __init__(
        self, lifecycle: EndpointLifecycle, queue: WorkQueue, hosted: str, limit: float = INVOCATION_SECONDS
    ) -> None:
        self._lifecycle = lifecycle
        self._queue = queue
        self._hosted = hosted
        self._limit = limit

    async def invoke_endpoint(self, request: Request) -> Response:
        """POST /endpoints/{name}/invocations, as boto3's `sagemaker-runtime` sends it."""
        name = request.path_params["name"]
        try:
            async with asyncio.timeout(self._limit):
                reply, variant = await self._answer(name, request)
        except HandlerError as error:
            raise _model_error(name, error.code, error.document()) from error
        except TimeoutError as error:
            text = "Your invocation timed out while waiting for a response from container primary."
            raise _model_error(name, 0, text) from error
        except QueueFullError as error:
            raise AwsFault("ThrottlingException", "Rate exceeded", 429) from error
        return Response(reply, media_type=JSON, headers={"x-amzn-Invoked-Production-Variant": variant})

    async def invocations(self, request: Request) -> Response:
        """POST /invocations of the hosting contract: errors as the container itself gives them."""
        try:
            reply, _ = await self._answer(self._hosted, request)
            return Response(reply, media_type=JSON)
        except HandlerError as error:
            return _refused(error)
        except NotInServiceError:
            return _refused(HandlerError(503, f"{self._hosted} is not in service."))
        except QueueFullError:
            return _refused(HandlerError(503, "Too many requests are waiting."))

    async def ping(self, _request: Request) -> Response:
        """GET /ping of the hosting contract: 200 when ready to serve."""
        try:
            with self._lifecycle.serving(self._hosted):
                return Response()
        except NotInServiceError:
            return Response(status_code=503)

    async def _answer(self, name: str, request: Request) -> tuple[bytes, str]:
        body = await read_body(request)
        with self._lifecycle.serving(name) as (engine, variant):
            content_type = request.headers.get("content-type", "")
            # The thread that carries it out logs with this request's id.
            job = partial(copy_context().run, handle, engine, content_type, body)
            return await _while_connected(self._queue.submit(job), request), variant


async def _while_connected(job: Future[bytes], request: Request) -> bytes:
    """The job's result. A job for which nobody waits any longer gives up its place in the queue."""
    result = asyncio.wrap_future(job)
    gone = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait((result, gone), return_when=asyncio.FIRST_COMPLETED)
        if not result.done():
            raise ClientDisconnect
        return result.result()
    finally:
        gone.cancel()
        result.cancel()
        # An error's traceback refers to this frame. If the frame referred to the error too, that cycle would keep the
        # engine and the audio in memory until Python's garbage collection finds it.
        del job, result


def _refused(error: HandlerError) -> Response:
    return Response(error.document(), error.code, media_type=JSON)


def _model_error(name: str, status: int, original: str) -> AwsFault:
    side = "client" if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR else "server"
    return AwsFault(
        "ModelError",
        f'Received {side} error ({status}) from primary with message "{original}". '
        f"See the log of the embedded endpoint for more information.",
        424,
        OriginalStatusCode=status,
        OriginalMessage=original,
        LogStreamArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/Endpoints/{name}",
    )

"""Reads a request's body without ever holding more than SageMaker takes."""

from starlette.requests import Request

from components.whisper.contract import MAX_BODY_BYTES


class BodyTooLargeError(Exception):
    """The body is beyond SageMaker's limit."""

    def __init__(self) -> None:
        super().__init__(f"The request's body is larger than the limit of {MAX_BODY_BYTES:,} bytes.")


async def read_body(request: Request) -> bytes:
    """The whole body.

    Raises:
        BodyTooLargeError: at once where Content-Length says so, otherwise as soon as it is too much.
        starlette.requests.ClientDisconnect: the client is gone.
    """
    if int(request.headers.get("content-length", 0)) > MAX_BODY_BYTES:
        raise BodyTooLargeError
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLargeError
    return bytes(body)

"""The id by which the user and the logs name a request or a failure."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def new_id() -> str:
    """A new one, of the form that AWS's have."""
    return str(uuid4())


def current_id() -> str | None:
    """That of the request which this thread or task works on; None where it works on none."""
    return _current.get()


@contextmanager
def working_on(request_id: str) -> Iterator[None]:
    """Within this context, that request is the current one: the log names it in every line."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


def id_of(error: BaseException) -> str:
    """The id of an error: that of its request, or one that it gets here and keeps."""
    known: str | None = vars(error).get("request_id")
    if known is None:
        known = vars(error)["request_id"] = current_id() or new_id()
    return known

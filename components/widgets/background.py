"""Work that no page waits for."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Background(Generic[Answer]):
    """Runs a function once, in a daemon thread: it can't hold up the program's end, as an executor's does."""

    def __init__(self, function: Callable[[], Answer]) -> None:
        self._future: Future[Answer] = Future()
        self._function = function
        Thread(target=self._run, daemon=True).start()

    @property
    def is_done(self) -> bool:
        """Whether the function has returned or raised."""
        return self._future.done()

    def result(self) -> Answer:
        """What the function returned, waited for if need be; raises what it raised."""
        return self._future.result()

    def _run(self) -> None:
        try:
            self._future.set_result(self._function())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to whoever asks for the result
            self._future.set_exception(error)

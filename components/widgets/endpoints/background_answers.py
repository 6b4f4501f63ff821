"""Work that no page waits for."""

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")

_MOST_ANSWERS = 256


class Background(Generic[Answer]):
    """Runs a function once, in a daemon thread: it can't hold up the program's end, as an executor's does."""

    def __init__(self, function: Callable[[], Answer]) -> None:
        self._future: Future[Answer] = Future()
        self._function = function
        self._done_at = 0.0
        Thread(target=self._run, daemon=True).start()

    @property
    def is_done(self) -> bool:
        """Whether the function has returned or raised."""
        return self._future.done()

    @property
    def age(self) -> float:
        """For how many seconds it has been done; 0 as long as it is not."""
        return time.monotonic() - self._done_at if self.is_done else 0.0

    def result(self) -> Answer:
        """What the function returned, waited for if need be; raises what it raised."""
        return self._future.result()

    def error(self) -> BaseException | None:
        """What the function raised, waited for if need be; None where it returned."""
        return self._future.exception()

    def _run(self) -> None:
        try:
            answer = self._function()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to whoever asks for the result
            self._done_at = time.monotonic()
            self._future.set_exception(error)
        else:
            self._done_at = time.monotonic()
            self._future.set_result(answer)


class Answers:
    """Questions asked in the background; each answer is kept for a while, and stands until there is a newer one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shown: dict[Hashable, Background[Any]] = {}
        self._latest: dict[Hashable, Background[Any]] = {}

    def ask(
        self, key: Hashable, look: Callable[[], Answer], keep: Callable[[Background[Answer]], float]
    ) -> tuple[Background[Answer], Background[Answer]]:
        """What to show for that key, and what was asked last: the same, unless a newer answer is still looked for.

        `look` is called only where there is no answer, or one that is older than the seconds which `keep` gives it.
        """
        with self._lock:
            latest = self._latest.get(key)
            if latest is None or (latest.is_done and latest.age > keep(latest)):
                latest = self._latest[key] = Background(look)
            if latest.is_done or key not in self._shown:
                self._shown[key] = latest
            shown = self._shown[key]
            self._drop_oldest()
            return shown, latest

    def forget(self) -> None:
        """Has everything looked up anew when it is asked for again."""
        with self._lock:
            self._latest.clear()

    def _drop_oldest(self) -> None:
        for answers in (self._shown, self._latest):
            while len(answers) > _MOST_ANSWERS:
                del answers[next(iter(answers))]

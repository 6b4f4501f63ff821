"""Many requests at once: worker threads that each take the next task as soon as they are free."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

Outcome = TypeVar("Outcome")

_SIGN_OF_LIFE = 2.0
"""Seconds."""


def parallel(
    tasks: Iterable[Callable[[], Outcome]], workers: int, cancelled: Event
) -> Generator[list[Outcome]]:
    """Carries tasks out by that many threads and yields all that has come since the last time.

    At least every two seconds, as a sign of life; then it may be nothing. A task is taken from the iterable when a
    thread is free for it, and never two at the same time. Once `cancelled` is set no more are taken; those under way
    are waited for, since a request that was sent can't be taken back. When it has ended, or is closed, the iterable is
    left alone.

    Raises:
        Exception: what a task raised, after all that came before it; the others under way are not waited for then.
    """
    pool = _Pool(tasks, cancelled)
    for n in range(workers):
        Thread(target=pool.work, name=f"worker {n}", daemon=True).start()
    try:
        yield from pool.results(workers)
    finally:
        pool.close()


class _Pool(Generic[Outcome]):
    def __init__(self, tasks: Iterable[Callable[[], Outcome]], cancelled: Event) -> None:
        self._is_closed = False
        self._tasks = iter(tasks)
        self._cancelled = cancelled
        self._lock = Lock()
        self._outcomes: SimpleQueue[tuple[Outcome] | Exception | None] = SimpleQueue()

    def work(self) -> None:
        try:
            while (task := self._next()) is not None:
                self._outcomes.put((task(),))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asks for the results
            self._outcomes.put(error)
        finally:
            # So that nobody waits for an outcome that will not come.
            self._outcomes.put(None)

    def close(self) -> None:
        """No task is taken any more, and none is being taken: whoever owns the iterable may close it."""
        with self._lock:
            self._is_closed = True

    def results(self, working: int) -> Iterator[list[Outcome]]:
        """Yields what has arrived, until that many threads have ended."""
        while working:
            found: list[Outcome] = []
            error = None
            for outcome in self._come():
                if isinstance(outcome, Exception):
                    error = error or outcome
                elif outcome is None:
                    working -= 1
                else:
                    found += outcome
            if found or working:
                yield found
            if error:
                raise error

    def _come(self) -> Iterator[tuple[Outcome] | Exception | None]:
        """All that is there, waiting for the first: the consumer may be slower than the tasks."""
        with suppress(Empty):
            yield self._outcomes.get(timeout=_SIGN_OF_LIFE)
            while True:
                yield self._outcomes.get_nowait()

    def _next(self) -> Callable[[], Outcome] | None:
        with self._lock:
            if self._cancelled.is_set() or self._is_closed:
                return None
            return next(self._tasks, None)

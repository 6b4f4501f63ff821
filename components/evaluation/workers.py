"""Many requests at once: worker threads that each take the next task as soon as they are free."""

from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from components.evaluation.records import Measurement

Batch = list[Measurement]
Task = Callable[[], Batch]

_SIGN_OF_LIFE = 2.0
"""Seconds."""


def parallel(tasks: Iterable[Task], workers: int, cancelled: Event) -> Iterator[Batch]:
    """Carries tasks out by that many threads and yields what each one gives, as it comes.

    An empty batch comes at least every two seconds, as a sign of life. Once `cancelled` is set no more tasks are
    taken; those under way are waited for, since a request that was sent can't be taken back.

    Raises:
        Exception: what a task raised; the others under way are not waited for then.
    """
    pool = _Pool(tasks, cancelled)
    threads = [Thread(target=pool.work, name=f"measuring {n}", daemon=True) for n in range(workers)]
    for thread in threads:
        thread.start()
    try:
        yield from pool.results(threads)
    finally:
        pool.closed.set()


class _Pool:
    def __init__(self, tasks: Iterable[Task], cancelled: Event) -> None:
        self.closed = Event()
        self._tasks = iter(tasks)
        self._cancelled = cancelled
        self._lock = Lock()
        self._outcomes: SimpleQueue[Batch | Exception] = SimpleQueue()

    def work(self) -> None:
        try:
            while (task := self._next()) is not None:
                self._outcomes.put(task())
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asks for the results
            self._outcomes.put(error)

    def results(self, threads: list[Thread]) -> Iterator[Batch]:
        while True:
            # Looked at before the queue: what a thread has put there before it ended is then not missed.
            ended = not any(thread.is_alive() for thread in threads)
            try:
                outcome = self._outcomes.get(timeout=0 if ended else _SIGN_OF_LIFE)
            except Empty:
                if ended:
                    return
                outcome = []
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome

    def _next(self) -> Task | None:
        with self._lock:
            if self._cancelled.is_set() or self.closed.is_set():
                return None
            return next(self._tasks, None)

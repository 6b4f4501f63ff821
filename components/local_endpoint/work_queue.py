"""A few requests at a time, a bounded number waiting."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore


class QueueFullError(Exception):
    """The queue is full."""


class WorkQueue:
    """Runs jobs in threads of its own, `at_once` at the same time; `waiting` more may wait.

    `afterwards` is called when a job has ended. Safe to use from several threads.
    """

    def __init__(self, waiting: int, at_once: int = 1, afterwards: Callable[[], None] = lambda: None) -> None:
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix="work")
        self._places = Semaphore(waiting + at_once)
        self._afterwards = afterwards

    def submit(self, job: Callable[[], bytes]) -> Future[bytes]:
        """Enqueues a job. Cancelling its future gives up its place, as long as it has not begun.

        Raises:
            QueueFullError: there is no place left.
        """
        if not self._places.acquire(blocking=False):
            raise QueueFullError
        future = self._workers.submit(job)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, _: Future[bytes]) -> None:
        self._places.release()
        self._afterwards()

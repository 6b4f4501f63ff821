"""One request at a time, a bounded number waiting."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore


class QueueFullError(Exception):
    """As many requests are waiting as may."""


class WorkQueue:
    """Runs jobs one after the other in a thread of its own; `waiting` of them may wait.

    One after the other because a single transcription keeps all cores busy. Safe to use from several threads.
    """

    def __init__(self, waiting: int) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="work")
        self._places = Semaphore(waiting + 1)

    def submit(self, job: Callable[[], bytes]) -> Future[bytes]:
        """Lines up a job. Cancelling its future gives up its place, as long as it has not begun.

        Raises:
            QueueFullError: there is no place left.
        """
        if not self._places.acquire(blocking=False):
            raise QueueFullError
        future = self._worker.submit(job)
        future.add_done_callback(lambda _: self._places.release())
        return future

"""What is under way, and the last of what is over: to be found again by its id, in bounded memory."""

from threading import Lock
from typing import Generic, Protocol, TypeVar

MOST, MOST_BYTES = 20, 500_000_000
"""Of what is over: how many are kept, and the bytes of all their recordings."""


class Work(Protocol):
    """Something that runs by itself."""

    @property
    def id(self) -> str: ...  # noqa: D102

    @property
    def is_running(self) -> bool: ...  # noqa: D102

    @property
    def bytes_in_memory(self) -> int: ...  # noqa: D102


Kind = TypeVar("Kind", bound=Work)


class Kept(Generic[Kind]):
    """Work by its id, for whoever knows that. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, Kind] = {}

    def add(self, work: Kind) -> Kind:
        """Takes it in, and forgets the oldest of what is over where there is too much."""
        with self._lock:
            self._forget_oldest()
            self._known[work.id] = work
        return work

    def find(self, work_id: str) -> Kind | None:
        """The work of that id, if it is not long over."""
        with self._lock:
            return self._known.get(work_id)

    def _forget_oldest(self) -> None:
        ended = [work for work in self._known.values() if not work.is_running]
        held = sum(work.bytes_in_memory for work in ended)
        while ended and (len(ended) > MOST or held > MOST_BYTES):
            oldest = ended.pop(0)
            held -= oldest.bytes_in_memory
            del self._known[oldest.id]

"""What is under way, and the last of what is over: to be found again by its id, in bounded memory."""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Generic, Protocol, TypeVar

MOST, MOST_BYTES = 20, 500_000_000
"""Of what is over: how many are kept, and the bytes of all their recordings."""


class Sound(Protocol):
    """A recording: the portal keeps so many bytes for it."""

    @property
    def bytes_kept(self) -> int: ...  # noqa: D102


class Work(Protocol):
    """Something that runs by itself, with its recordings."""

    @property
    def id(self) -> str: ...  # noqa: D102

    @property
    def is_running(self) -> bool: ...  # noqa: D102

    @property
    def recordings(self) -> Sequence[Sound]: ...  # noqa: D102


Kind = TypeVar("Kind", bound=Work)


class Kept(Generic[Kind]):
    """Work by its id, for whoever knows that. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, Kind] = {}
        self._next: dict[str, str] = {}

    def add(self, work: Kind) -> Kind:
        """Takes it in, and forgets the oldest of what is over where there is too much."""
        with self._lock:
            self._forget_oldest()
            self._known[work.id] = work
        return work

    def follow(self, work_id: str, begin: Callable[[], Kind]) -> Kind:
        """What goes on with that work: begun now, unless somebody else has begun it already."""
        with self._lock:
            following = self._known.get(self._next.get(work_id, ""))
            if following is None:
                self._forget_oldest()
                following = begin()
                self._known[following.id] = following
                self._next[work_id] = following.id
            return following

    def find(self, work_id: str) -> Kind | None:
        """The work of that id, if it is not long over."""
        with self._lock:
            return self._known.get(work_id)

    def _forget_oldest(self) -> None:
        ended = [work for work in self._known.values() if not work.is_running]
        while ended and (len(ended) > MOST or _bytes(ended) > MOST_BYTES):
            oldest = ended.pop(0).id
            del self._known[oldest]
            self._next.pop(oldest, None)


def _bytes(works: Iterable[Work]) -> int:
    """Of all recordings; one that was transcribed twice is there once."""
    recordings = {id(recording): recording for work in works for recording in work.recordings}
    return sum(recording.bytes_kept for recording in recordings.values())

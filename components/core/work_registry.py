"""All background work of the portal: found by what it is and what it is about, in bounded memory."""

from collections.abc import Callable, Hashable, Iterable
from threading import Lock, RLock
from typing import TypeVar

from components.core.background_work import BackgroundWork

Work = TypeVar("Work", bound=BackgroundWork)


class WorkRegistry:
    """What is under way, and the outcomes of what has ended, as far as each kind's `retention` goes.

    Safe to use from several threads. Whoever looks never waits for a start.
    """

    def __init__(self) -> None:
        self._works: tuple[BackgroundWork, ...] = ()
        self._lock, self._starting = Lock(), RLock()

    def start(self, begin: Callable[[], Work], unless: Callable[[], Work | None]) -> Work:
        """Begins work, unless there is some already, which is returned then; nothing else starts in between.

        Raises:
            Exception: what `unless` raises, nothing being started then, or what `begin` raises.
        """
        with self._starting:
            return unless() or self.add(begin())

    def follow(self, work: BackgroundWork, begin: Callable[[], BackgroundWork]) -> BackgroundWork:
        """What goes on with that work: begun once, however many ask for it."""
        with self._starting:
            if work.following not in self._works:
                work.following = self.add(begin())
            return work.following

    def add(self, work: Work) -> Work:
        """Takes in work that has begun, in the place of what has ended of that kind and key."""
        with self._lock:
            others = [w for w in self._works if w is not work and (w.is_running or not _is_alike(w, work))]
            dropped = _too_much([w for w in others if w.retention is work.retention])
            self._works = (*(w for w in others if w not in dropped), work)
        return work

    def get(self, work_id: str) -> BackgroundWork | None:
        """The work of that id, if it is not long over."""
        return next((work for work in self._works if work.id == work_id), None)

    def find(self, kind: type[Work], key: Hashable) -> Work | None:
        """The last work of that kind about that, if it is not long over."""
        return next((work for work in self.all(kind) if work.key == key), None)

    def find_running(self, kind: type[Work], key: Hashable) -> Work | None:
        """The work of that kind about that which has not ended."""
        return next((work for work in self.running(kind) if work.key == key), None)

    def all(self, kind: type[Work]) -> list[Work]:
        """All of that kind, the latest first."""
        return [work for work in reversed(self._works) if isinstance(work, kind)]

    def running(self, kind: type[Work]) -> list[Work]:
        """Those of that kind that have not ended, the latest first."""
        return [work for work in self.all(kind) if work.is_running]

    def dismiss(self, work: BackgroundWork) -> None:
        """Forgets work that has ended."""
        with self._lock:
            self._works = tuple(w for w in self._works if w is not work or w.is_running)


def _is_alike(work: BackgroundWork, other: BackgroundWork) -> bool:
    return (type(work), work.key) == (type(other), other.key)


def _too_much(works: Iterable[BackgroundWork]) -> list[BackgroundWork]:
    """The oldest of those that have ended, where these are too many."""
    ended = [work for work in works if not work.is_running]
    rest = list(ended)
    while rest and (len(rest) > rest[0].retention.most or _bytes(rest) > rest[0].retention.most_bytes):
        del rest[0]
    return ended[: len(ended) - len(rest)]


def _bytes(works: Iterable[BackgroundWork]) -> int:
    """Of all recordings; one that was transcribed twice is there once."""
    recordings = {id(recording): recording for work in works for recording in work.recordings}
    return sum(recording.bytes_kept for recording in recordings.values())

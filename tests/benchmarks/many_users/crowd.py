"""Many visitors at the same time, and what came of their visit."""

import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from threading import Event, Thread

from tests.benchmarks.many_users.visitor import Visitor, spoken


@dataclass(frozen=True)
class Visit:
    """What came of it; `served` are texts for each visitor, fewest and most, `told` how often a place was told."""

    sessions: int
    texts: int
    seconds: float
    served: tuple[int, int]
    median: float
    longest: float
    told: int
    last_place: int
    faults: list[str]
    overtaken: int
    foreign_names: int
    shared_media: int

    @property
    def verdicts(self) -> dict[str, bool]:
        """What has to hold, and whether it does."""
        return {
            "no error, and every text is that of the session's own clip": not self.faults,
            "no session sees another's audio": not (self.foreign_names or self.shared_media),
            "every session is served": self.served[0] > 0,
            "nobody's place gets worse": not self.overtaken,
        }

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def visit(url: str, sessions: int, seconds: float) -> Visit:
    """So many visitors transcribe for so long, counted from when all of them have had a first text."""
    clips = spoken(sessions)
    visitors, enough = [Visitor(mine, clips) for mine in clips], Event()
    threads = [Thread(target=visitor.visit, args=(url, enough), daemon=True) for visitor in visitors]
    for thread in threads:
        thread.start()
    while not all(visitor.seconds or visitor.faults for visitor in visitors):
        time.sleep(0.1)
    before, began = sum(len(visitor.seconds) for visitor in visitors), time.monotonic()
    time.sleep(seconds)
    taken, after = time.monotonic() - began, sum(len(visitor.seconds) for visitor in visitors)
    enough.set()
    for thread in threads:
        thread.join()
    return summary(visitors, after - before, taken)


def summary(visitors: list[Visitor], texts: int, seconds: float) -> Visit:
    """What came of it; so many texts came in so many seconds."""
    waits = [wait for visitor in visitors for wait in visitor.seconds] or [0.0]
    places = [told for visitor in visitors for told in visitor.places]
    counts = [len(visitor.seconds) for visitor in visitors]
    return Visit(
        sessions=len(visitors),
        texts=texts,
        seconds=round(seconds, 1),
        served=(min(counts), max(counts)),
        median=round(statistics.median(waits), 2),
        longest=round(max(waits), 2),
        told=sum(map(len, places)),
        last_place=max((place for told in places for place in told), default=0),
        faults=[fault for visitor in visitors for fault in visitor.faults],
        overtaken=sum(told != sorted(told, reverse=True) for told in places),
        foreign_names=sum(len(visitor.names - {visitor.mine.name}) for visitor in visitors),
        shared_media=_shared(visitor.media for visitor in visitors),
    )


def _shared(sets: Iterable[set[str]]) -> int:
    """How many are in more than one of them."""
    return sum(count > 1 for count in Counter(one for some in sets for one in some).values())

"""How much memory the endpoint's process holds while it serves, and whether it grows."""

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from threading import Event
from typing import TypedDict

from components.audio.decoding import Samples
from tests.benchmarks.speed.portal import Portal
from tests.paths import ROOT

_TENTHS = 10
_CLIENTS = 4
_PAUSE = 0.05


class Memory(TypedDict):
    """Resident MB: of the endpoint, and of faster-whisper alone in a process after one request.

    `portal` has the median during each tenth of the requests, `highest` the most that was seen.
    """

    requests: int
    portal: list[float]
    highest: float
    faster_whisper: float
    ratio: float


def memory(portal: Portal, spoken: Sequence[Samples], requests: int) -> Memory:
    """Four clients at once, greedy and beam search in turn."""
    medians, highest = [], 0.0
    asked = cycle((samples, {"num_beams": beams}) for samples in spoken for beams in (1, 5))
    for _ in range(_TENTHS):
        with ThreadPoolExecutor(_CLIENTS) as pool, _watched(portal) as seen:
            list(pool.map(lambda one: portal.transcribe(*one), islice(asked, requests // _TENTHS)))
        medians.append(statistics.median(seen))
        highest = max(highest, *seen)
    command = [sys.executable, "-m", "tests.benchmarks.speed.rival"]
    alone = float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    ratio = statistics.median(medians) / alone
    return {
        "requests": requests,
        "portal": medians,
        "highest": highest,
        "faster_whisper": alone,
        "ratio": ratio,
    }


@contextmanager
def _watched(portal: Portal) -> Iterator[list[float]]:
    """What its process holds, twenty times a second."""
    seen: list[float] = [portal.megabytes]
    ended = Event()

    def watch() -> None:
        while not ended.wait(_PAUSE):
            seen.append(portal.megabytes)

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        try:
            yield seen
        finally:
            ended.set()
            watching.result()

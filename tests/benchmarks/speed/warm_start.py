"""Whether the first request after loading is as fast as those that follow."""

import statistics
import time
from typing import TypedDict

from components.audio.decoding import Samples
from tests.benchmarks.speed.portal import portal

_STARTS = 5
_LATER = 10


class WarmStart(TypedDict):
    """Medians over so many starts, in seconds: of the first request, and of the tenth of the same clip."""

    starts: int
    first: float
    tenth: float
    ratio: float


def warm_start(samples: Samples) -> WarmStart:
    """Greedy, one request at a time."""
    first, tenth = [], []
    for _ in range(_STARTS):
        with portal() as endpoint:
            seconds = []
            for _ in range(_LATER):
                began = time.perf_counter()
                endpoint.transcribe(samples, {})
                seconds.append(time.perf_counter() - began)
        first.append(seconds[0])
        tenth.append(seconds[-1])
    medians = statistics.median(first), statistics.median(tenth)
    return {"starts": _STARTS, "first": medians[0], "tenth": medians[1], "ratio": medians[0] / medians[1]}

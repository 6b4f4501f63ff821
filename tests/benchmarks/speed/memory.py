"""How much memory the endpoint's process holds, and whether it grows."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import TypedDict

from components.audio import Samples
from tests.benchmarks.speed.portal import Portal

_TENTHS = 10
_CLIENTS = 4
_ROOT = Path(__file__).parents[3]


class Memory(TypedDict):
    """Resident MB: of the endpoint after each tenth of the requests, and of faster-whisper alone in a process."""

    requests: int
    portal: list[float]
    faster_whisper: float
    ratio: float


def memory(portal: Portal, spoken: Sequence[Samples], requests: int) -> Memory:
    """Four clients at once, greedy and beam search in turn."""
    found = []
    asked = cycle((samples, {"num_beams": beams}) for samples in spoken for beams in (1, 5))
    for _ in range(_TENTHS):
        with ThreadPoolExecutor(_CLIENTS) as pool:
            list(pool.map(lambda one: portal.transcribe(*one), islice(asked, requests // _TENTHS)))
        found.append(portal.megabytes)
    command = [sys.executable, "-m", "tests.benchmarks.speed.rival"]
    alone = float(subprocess.run(command, cwd=_ROOT, check=True, capture_output=True).stdout)
    return {"requests": requests, "portal": found, "faster_whisper": alone, "ratio": found[-1] / alone}

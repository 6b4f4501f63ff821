"""How long one request takes, by the length of its clip."""

import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypedDict

from components.audio.decoding import Samples
from components.whisper.contract import SAMPLE_RATE
from tests.benchmarks.speed.portal import Portal
from tests.benchmarks.speed.rival import Rival

WAYS: Mapping[str, Mapping[str, int | bool]] = {
    "greedy": {"num_beams": 1},
    "beam 5": {"num_beams": 5},
    "beam 5, early stopping": {"num_beams": 5, "early_stopping": True},
}
"""faster-whisper's beam search stops early, as the last does."""


class Latency(TypedDict):
    """Medians, in seconds, of so many requests each; `real_time` is time by length of the audio, of the portal."""

    clips: str
    way: str
    requests: int
    portal: float
    faster_whisper: float
    ratio: float
    real_time: float


def latencies(portal: Portal, rival: Rival, clips: Mapping[str, list[Samples]], rounds: int) -> list[Latency]:
    """For each class and way of decoding; both sides hear a clip in turn, and each has heard one before."""
    return [
        _latency(portal, rival, (name, spoken), way, rounds) for name, spoken in clips.items() for way in WAYS
    ]


def _latency(
    portal: Portal, rival: Rival, clips: tuple[str, list[Samples]], way: str, rounds: int
) -> Latency:
    name, spoken = clips
    values = WAYS[way]
    ours, theirs, real_time = [], [], []
    _seconds(lambda: portal.transcribe(spoken[0], values))
    _seconds(lambda: rival.transcribe(spoken[0], values["num_beams"]))
    for samples in rounds * spoken:
        ours.append(_seconds(partial(portal.transcribe, samples, values)))
        theirs.append(_seconds(partial(rival.transcribe, samples, values["num_beams"])))
        real_time.append(ours[-1] * SAMPLE_RATE / len(samples))
    portal_median, rival_median = statistics.median(ours), statistics.median(theirs)
    return {
        "clips": name,
        "way": way,
        "requests": len(ours),
        "portal": portal_median,
        "faster_whisper": rival_median,
        "ratio": portal_median / rival_median,
        "real_time": statistics.median(real_time),
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began

"""How much audio is transcribed in a second by several clients that each send one request after another."""

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

from components.audio.decoding import Samples
from components.whisper.contract import SAMPLE_RATE
from tests.benchmarks.speed.portal import Portal
from tests.benchmarks.speed.rival import Rival


class Throughput(TypedDict):
    """Seconds of audio in a second, the median of the rounds, and as ratios."""

    clients: int
    audio_seconds_a_second: float
    by_one_client: float
    by_faster_whisper: float


def throughputs(
    portal: Portal, rival: Rival, spoken: Sequence[Samples], clients: Sequence[int], rounds: int
) -> list[Throughput]:
    """Greedy, all numbers of clients and faster-whisper, which knows one request at a time, in turn."""
    audio = sum(map(len, spoken)) / SAMPLE_RATE
    rates: dict[int, list[float]] = {number: [] for number in (0, *clients)}
    for _ in range(rounds):
        for number, found in rates.items():
            began = time.perf_counter()
            if number:
                with ThreadPoolExecutor(number) as pool:
                    list(pool.map(lambda samples: portal.transcribe(samples, {}), spoken))
            else:
                for samples in spoken:
                    rival.transcribe(samples, 1)
            found.append(audio / (time.perf_counter() - began))
    medians = {number: statistics.median(found) for number, found in rates.items()}
    return [
        {
            "clients": number,
            "audio_seconds_a_second": medians[number],
            "by_one_client": medians[number] / medians[clients[0]],
            "by_faster_whisper": medians[number] / medians[0],
        }
        for number in clients
    ]

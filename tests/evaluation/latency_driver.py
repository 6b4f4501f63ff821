"""A client that keeps when its requests began and ended, and a plan that sends to it."""

from collections.abc import Callable, Mapping
from threading import Barrier, Event, Lock
from typing import Any

import numpy as np

from components.audio.decoding import Clip
from components.core.errors import (
    PortalError,
)
from components.evaluation.latency_plan import LatencyPlan, Load
from components.evaluation.runs.records import Measurement, System
from components.evaluation.systems import Candidate
from components.transcript.result import Transcript
from components.whisper.contract import SAMPLE_RATE

CLIP = Clip(np.zeros(SAMPLE_RATE, np.int16), "a.wav", "wav")
OTHER_CLIP = Clip(np.zeros(2 * SAMPLE_RATE, np.int16), "b.wav", "wav")
Outcome = Callable[[int], PortalError | None]
"""What the request of that number (from 0) fails with."""


class FakeClient:
    """Answers; keeps when each request began and ended, as positions in one order of events.

    No request is answered before `at_once` of them are under way.
    """

    def __init__(self, name: str, outcome: Outcome = lambda _: None, at_once: int = 1) -> None:
        self.name = name
        self._all_there = Barrier(at_once)
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.clips: list[str] = []
        self.most_at_once = 0
        self._outcome = outcome
        self._under_way = 0
        self._events = 0
        self._lock = Lock()

    def transcribe(self, clip: Clip, parameters: Mapping[str, Any]) -> Transcript:
        with self._lock:
            number = len(self.begun)
            self.begun.append(self._event(1))
            self.clips.append(clip.name)
            self.most_at_once = max(self.most_at_once, self._under_way)
        self._all_there.wait(30)
        with self._lock:
            self.ended.append(self._event(-1))
        if error := self._outcome(number):
            raise error
        return Transcript((" Yes.",), clip.name, clip.seconds, 0.005, self.name, parameters, b"")

    def _event(self, change: int) -> int:
        self._under_way += change
        self._events += 1
        return self._events

    def candidate(self) -> Candidate:
        client: Any = self
        return Candidate(System(self.name, "This computer", "local"), client)


def plan(*clients: FakeClient, **options: Any) -> LatencyPlan:
    defaults: dict[str, Any] = {
        "clips": (CLIP,),
        "parameters": {},
        "requests": 12,
        "warm_up": 2,
        "concurrency": (1,),
    }
    wanted = defaults | options
    load = Load(*(wanted.pop(name) for name in ("requests", "warm_up", "concurrency")))
    return LatencyPlan(tuple(each.candidate() for each in clients), load=load, **wanted)


def measured(plan: LatencyPlan, cancelled: Event | None = None) -> list[Measurement]:
    return [m for batch in plan.measure(cancelled or Event()) for m in batch]

"""A latency run: the same clip again and again, in a closed loop, after a warm-up.

Closed loop: each of so many independent workers sends its next request as soon as it has the reply to its last one.
The published figures were measured so, with one worker.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import product, repeat, takewhile
from threading import Event

import numpy as np

from components.audio.decoding import Clip
from components.core.errors import PortalError, ThrottledError
from components.core.parallel import parallel
from components.core.versions import versions
from components.endpoint_client import check_length
from components.evaluation.measuring import CircuitBreaker, RunPlan, measure
from components.evaluation.runs.records import Batch, Conditions, Item, Measurement, Run, RunKind
from components.evaluation.runs.run_store import RunStore
from components.whisper.contract import MAX_AUDIO_SECONDS, SAMPLE_RATE
from components.whisper.parameters import Parameters

MOST_REQUESTS, MOST_WARM_UPS, MOST_AT_ONCE = 10_000, 100, 32
"""The last is the number of connections that boto3 keeps open to one endpoint (components/targets/target.py)."""


@dataclass(frozen=True)
class Load:
    """`requests` count at each step of the `concurrency`; before them each worker sends `warm_up` more."""

    requests: int = 100
    warm_up: int = 3
    concurrency: tuple[int, ...] = (1,)

    @property
    def fault(self) -> str | None:
        """Why no run can be made with it, None where one can."""
        requests, warm_up, most = self.requests, self.warm_up, max(self.concurrency, default=0)
        steps = ", ".join(map(str, self.concurrency))
        rules = {
            f"{requests} requests: it must be from 1 to {MOST_REQUESTS:,}.": 1 <= requests <= MOST_REQUESTS,
            f"{warm_up} warm-up requests: it must be from 0 to {MOST_WARM_UPS}.": 0
            <= warm_up
            <= MOST_WARM_UPS,
            "No number of requests at once is given: it takes at least one, such as 1.": steps,
            f"Concurrency {steps}: each step must be from 1 to {MOST_AT_ONCE}.": (
                all(1 <= step <= MOST_AT_ONCE for step in self.concurrency)
            ),
            f"Concurrency {steps}: the steps must rise, none coming twice.": (
                list(self.concurrency) == sorted(set(self.concurrency))
            ),
            f"{requests} requests are too few for {most} at once.": most <= requests,
        }
        return next((fault for fault, is_kept in rules.items() if not is_kept), None)

    def total(self, stages: int) -> int:
        """How many requests a run sends, warm-up included; `stages` are systems by clips."""
        return stages * sum(map(self.at, self.concurrency))

    def at(self, concurrency: int) -> int:
        """How many requests a stage has at that concurrency, warm-up included."""
        return self.requests + self.warm_up * concurrency


LENGTHS = (5, 15, 30)
"""Seconds: a command, a sentence or two, and all that an endpoint transcribes."""


def cuts(clip: Clip, lengths: tuple[int, ...] = LENGTHS) -> tuple[Clip, ...]:
    """The clip cut to each of the lengths, in seconds; a shorter clip is repeated to fill them."""
    return tuple(_cut(clip, length) for length in lengths)


def whole(clip: Clip) -> Clip:
    """The clip as it is, or the first 30 s of it where an endpoint would not transcribe more."""
    return clip if clip.seconds <= MAX_AUDIO_SECONDS else _cut(clip, int(MAX_AUDIO_SECONDS))


def _cut(clip: Clip, length: int) -> Clip:
    count = length * SAMPLE_RATE
    how = "first" if len(clip.samples) >= count else "repeated to"
    # numpy repeats what is too short, and takes the beginning of what is not.
    return Clip(np.resize(clip.samples, count), f"{clip.name}, {how} {length} s", clip.source)


class LatencyPlanError(PortalError):
    """A latency run can't be made so."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "Change that; nothing was sent.")


@dataclass(eq=False)
class LatencyPlan(RunPlan):
    """What to measure, and with which load.

    A stage is one system with one clip at one step of the concurrency: `problems` tells which were given up, and why.

    Raises:
        LatencyPlanError: there is nothing to measure, or the load is out of bounds.
        AudioTooLongError: a clip is longer than the 30 s that an endpoint hears.
    """

    clips: tuple[Clip, ...]
    parameters: Parameters
    load: Load = field(default_factory=Load)
    name: str = ""

    def __post_init__(self) -> None:
        """Checks the arguments."""
        if not self.candidates or not self.clips:
            raise LatencyPlanError("There is nothing to measure: it takes an endpoint and a clip at least.")
        if self.load.fault:
            raise LatencyPlanError(self.load.fault)
        for clip in self.clips:
            check_length(clip)
        self.seconds = {number: clip.seconds for number, clip in enumerate(self.clips)}

    @property
    def planned(self) -> int:
        """The number of requests, warm-up included."""
        return self.load.total(len(self.candidates) * len(self.clips))

    def begin(self, store: RunStore) -> Run:
        """See RunPlan."""
        items = [Item(clip.name, seconds=clip.seconds) for clip in self.clips]
        systems = [candidate.system for candidate in self.candidates]
        name = self.name or self._suggested_name()
        return store.begin(RunKind.LATENCY, name, systems, items, self._conditions(), self.planned)

    def measure(self, cancelled: Event) -> Iterator[Batch]:
        """See RunPlan.

        Of each stage all warm-up requests have ended before the first one that counts is sent. A system is given up
        when its requests can't succeed or fail ten times in a row; where they were throttled, only that stage is.
        """
        for system, candidate in enumerate(self.candidates):
            steps = product(range(len(self.clips)), self.load.concurrency)
            # A stage is known by its request, as long as that is not sent.
            left = [Measurement(system, item, 0.0, 0.0, concurrency=step) for item, step in steps]
            while left and not cancelled.is_set():
                stage, breaker = left.pop(0), CircuitBreaker(candidate.system.endpoint)
                sent = Counter[str | None]()
                for batch in self._measure_stage(stage, breaker, cancelled):
                    sent.update(measured.error for measured in batch)
                    yield batch
                if breaker.problem is None:
                    continue
                where = f"{self.clips[stage.item].name}, {stage.concurrency} at once"
                self.problems.append(f"{where}: {breaker.problem}")
                self.skipped += self.load.at(stage.concurrency) - sent.total()
                # With less at once, an endpoint that is throttled may well answer.
                if ThrottledError.__name__ not in sent:
                    self.skipped += sum(self.load.at(each.concurrency) for each in left)
                    break

    def _measure_stage(
        self, stage: Measurement, breaker: CircuitBreaker, cancelled: Event
    ) -> Iterator[Batch]:
        for warm_up, count in ((True, self.load.warm_up * stage.concurrency), (False, self.load.requests)):
            send = partial(self._send, stage, breaker, warm_up=warm_up)
            tasks = takewhile(lambda _: breaker.problem is None, repeat(send, count))
            yield from parallel(tasks, stage.concurrency, cancelled)

    def _send(self, stage: Measurement, breaker: CircuitBreaker, *, warm_up: bool) -> Measurement:
        request, candidate = replace(stage, warm_up=warm_up), self.candidates[stage.system]
        measured = measure(request, candidate, self.clips[stage.item], self.parameters)
        breaker.note(measured)
        return measured

    def _suggested_name(self) -> str:
        clips = self.clips[0].name if len(self.clips) == 1 else f"{len(self.clips)} clips"
        requests = "1 request" if self.load.requests == 1 else f"{self.load.requests} requests"
        return f"{clips}, {requests}, {', '.join(map(str, self.load.concurrency))} at once"

    def _conditions(self) -> Conditions:
        digest = hashlib.sha256(b"".join(hashlib.sha256(clip.wav()).digest() for clip in self.clips))
        return Conditions(
            parameters=dict(self.parameters),
            dataset="; ".join(clip.name for clip in self.clips),
            digest=digest.hexdigest(),
            **asdict(self.load),
            versions=versions(),
        )

"""A latency run: the same clip again and again, in a closed loop, after a warm-up.

Closed loop: each of so many independent workers sends its next request as soon as it has the reply to its last one.
The published figures were measured so, with one worker.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product, repeat, takewhile
from threading import Event

from components.audio.decoding import Clip
from components.core.errors import PortalError, ThrottledError
from components.core.parallel import parallel
from components.core.versions import versions
from components.endpoint_client import check_length
from components.evaluation.circuit_breaker import CircuitBreaker
from components.evaluation.measuring import measure, planned
from components.evaluation.runs.records import Batch, Conditions, Item, Measurement, Run, RunKind
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import Candidate
from components.whisper.parameters import Parameters

MOST_REQUESTS, MOST_WARM_UPS, MOST_AT_ONCE = 10_000, 100, 32
"""The last is the number of connections that boto3 keeps open to one endpoint (components/targets/target.py)."""


class LatencyPlanError(PortalError):
    """A latency run can't be made so."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "Change that; nothing was sent.")


def check_numbers(requests: int, warm_up: int, concurrency: Sequence[int]) -> None:
    """Lets numbers pass that a run can be made with.

    Raises:
        LatencyPlanError: requests are not 1 to 10,000, warm-up not 0 to 100, or a step of the concurrency is not
            1 to 32, comes twice, is out of order, or is more than the requests.
    """
    steps = ", ".join(map(str, concurrency))
    holds = {
        f"{requests} requests: it must be from 1 to {MOST_REQUESTS:,}.": 1 <= requests <= MOST_REQUESTS,
        f"{warm_up} warm-up requests: it must be from 0 to {MOST_WARM_UPS}.": 0 <= warm_up <= MOST_WARM_UPS,
        "No number of requests at once is given: it takes at least one, such as 1.": concurrency,
        f"Concurrency {steps}: each step must be from 1 to {MOST_AT_ONCE}.": all(
            1 <= step <= MOST_AT_ONCE for step in concurrency
        ),
        f"Concurrency {steps}: the steps must rise, none coming twice.": (
            list(concurrency) == sorted(set(concurrency))
        ),
        f"{requests} requests are too few for {steps.rpartition(' ')[2]} at once.": (
            max(concurrency, default=0) <= requests
        ),
    }
    for fault, is_met in holds.items():
        if not is_met:
            raise LatencyPlanError(fault)


def request_count(stages: int, requests: int, warm_up: int, concurrency: Sequence[int]) -> int:
    """How many requests a run sends, warm-up included; `stages` are systems by clips."""
    return stages * sum(requests + warm_up * step for step in concurrency)


@dataclass(frozen=True)
class _Stage:
    """One clip at one concurrency on one system."""

    system: int
    item: int
    concurrency: int


@dataclass(eq=False)
class LatencyPlan:
    """What to measure. `requests` are sent for each stage in all, `warm_up` before them by each of its workers.

    A stage is one system with one clip at one step of the concurrency. `problems` tells, once it is measured, which
    of them were given up, and why; `skipped` counts the requests that were not sent therefore.

    Raises:
        LatencyPlanError: there is nothing to measure, or the numbers are out of bounds (see `check_numbers`).
        AudioTooLongError: a clip is longer than the 30 s that an endpoint hears.
    """

    candidates: tuple[Candidate, ...]
    clips: tuple[Clip, ...]
    parameters: Parameters
    requests: int = 100
    warm_up: int = 3
    concurrency: tuple[int, ...] = (1,)
    name: str = ""
    problems: list[str] = field(default_factory=list, init=False)
    skipped: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Checks the arguments."""
        if not self.candidates or not self.clips:
            raise LatencyPlanError("There is nothing to measure: it takes an endpoint and a clip at least.")
        check_numbers(self.requests, self.warm_up, self.concurrency)
        for clip in self.clips:
            check_length(clip)

    @property
    def planned(self) -> int:
        """The number of requests, warm-up included."""
        stages = len(self.candidates) * len(self.clips)
        return request_count(stages, self.requests, self.warm_up, self.concurrency)

    @property
    def seconds(self) -> Mapping[int, float]:
        """The lengths of the clips, by their numbers."""
        return {number: clip.seconds for number, clip in enumerate(self.clips)}

    def begin(self, store: RunStore) -> Run:
        """Notes the run in the store, before anything is sent.

        Raises:
            StoreError: the store can't be written.
        """
        items = [Item(clip.name, seconds=clip.seconds) for clip in self.clips]
        systems = [candidate.system for candidate in self.candidates]
        name = self.name or self._suggested_name()
        return store.begin(RunKind.LATENCY, name, systems, items, self._conditions(), self.planned)

    def measure(self, cancelled: Event) -> Iterator[Batch]:
        """Sends the requests and yields what came of them, as they come.

        Of each stage all warm-up requests have ended before the first one that counts is sent. A system is given up
        when its requests can't succeed or fail ten times in a row; where they were throttled, only that stage is.
        """
        for system, candidate in enumerate(self.candidates):
            left = [_Stage(system, *each) for each in product(range(len(self.clips)), self.concurrency)]
            while left and not cancelled.is_set():
                stage, breaker = left.pop(0), CircuitBreaker(candidate.system.endpoint)
                sent = Counter[str | None]()
                for batch in self._measure_stage(stage, breaker, cancelled):
                    sent.update(measured.error for measured in batch)
                    yield batch
                if breaker.problem is None:
                    continue
                self._note_problem(stage, breaker.problem, sent.total())
                # With less at once, an endpoint that is throttled may well answer.
                if ThrottledError.__name__ not in sent:
                    self.skipped += sum(map(self._count, left))
                    break

    def _note_problem(self, stage: _Stage, problem: str, sent: int) -> None:
        self.problems.append(f"{self.clips[stage.item].name}, {stage.concurrency} at once: {problem}")
        self.skipped += self._count(stage) - sent

    def _count(self, stage: _Stage) -> int:
        return request_count(1, self.requests, self.warm_up, (stage.concurrency,))

    def _measure_stage(self, stage: _Stage, breaker: CircuitBreaker, cancelled: Event) -> Iterator[Batch]:
        for warm_up, count in ((True, self.warm_up * stage.concurrency), (False, self.requests)):
            send = partial(self._send, stage, breaker, warm_up=warm_up)
            tasks = takewhile(lambda _: breaker.problem is None, repeat(send, count))
            yield from parallel(tasks, stage.concurrency, cancelled)

    def _send(self, stage: _Stage, breaker: CircuitBreaker, *, warm_up: bool) -> Measurement:
        request = planned(stage.system, stage.item, concurrency=stage.concurrency, warm_up=warm_up)
        clip = self.clips[stage.item]
        measured = measure(request, self.candidates[stage.system], clip, self.parameters)
        breaker.note(measured)
        return measured

    def _suggested_name(self) -> str:
        clips = self.clips[0].name if len(self.clips) == 1 else f"{len(self.clips)} clips"
        requests = "1 request" if self.requests == 1 else f"{self.requests} requests"
        return f"{clips}, {requests}, {', '.join(map(str, self.concurrency))} at once"

    def _conditions(self) -> Conditions:
        digest = hashlib.sha256(b"".join(hashlib.sha256(clip.wav()).digest() for clip in self.clips))
        return Conditions(
            parameters=dict(self.parameters),
            dataset="; ".join(clip.name for clip in self.clips),
            digest=digest.hexdigest(),
            requests=self.requests,
            warm_up=self.warm_up,
            concurrency=self.concurrency,
            versions=versions(),
        )

"""Accuracy runs: every utterance of a data set is sent to every endpoint, and the texts are stored as they came."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import count
from threading import Event

from components.audio.decoding import Clip
from components.core.errors import PortalError
from components.core.parallel import parallel
from components.core.versions import versions
from components.evaluation.datasets.dataset import Dataset
from components.evaluation.measuring import CircuitBreaker, RunPlan, measure, not_sent
from components.evaluation.results.normalizers import WHISPER
from components.evaluation.runs.records import Batch, Conditions, Item, Measurement, Run, RunKind
from components.evaluation.runs.run_store import RunStore
from components.whisper.parameters import Parameters


@dataclass(eq=False)
class AccuracyPlan(RunPlan):
    """What an accuracy run is to do.

    Utterance by utterance, all systems transcribe the same one after another: whenever the run is stopped, they have
    transcribed the same, and whatever else the computer or the network does meets them alike. With a `concurrency` of
    more than one, times say little. Each system transcribes the first utterance once before as a warm-up, which is not
    stored: an endpoint's first answer takes longer.
    """

    dataset: Dataset
    parameters: Parameters = field(default_factory=dict)
    normalizer: str = WHISPER
    concurrency: int = 1
    name: str = ""

    def begin(self, store: RunStore) -> Run:
        """See RunPlan."""
        data = self.dataset
        conditions = Conditions(
            dict(self.parameters),
            data.name,
            data.selection,
            data.digest(),
            tuple(sorted({utterance.language for utterance in data.utterances})),
            self.normalizer,
            concurrency=(self.concurrency,),
            notes=data.findings,
            versions=versions(),
        )
        items = [Item(u.id, u.reference, u.language) for u in data.utterances]
        systems = [candidate.system for candidate in self.candidates]
        name = self.name or f"{data.name}, {data.selection}"
        return store.begin(
            RunKind.ACCURACY, name, systems, items, conditions, planned=len(items) * len(systems)
        )

    def measure(self, cancelled: Event) -> Iterator[Batch]:
        """See RunPlan."""
        breakers = [CircuitBreaker(candidate.system.endpoint) for candidate in self.candidates]
        for outcomes in parallel(self._tasks(breakers, cancelled), self.concurrency, cancelled):
            # Nothing of the warm-up is stored.
            yield [outcome for outcome in outcomes if outcome]
        self.problems.extend(breaker.problem for breaker in breakers if breaker.problem)

    def _tasks(
        self, breakers: list[CircuitBreaker], cancelled: Event
    ) -> Iterator[Callable[[], Measurement | None]]:
        for number in range(len(self.candidates)):
            yield partial(self._warm_up, number)
        for item, utterance in enumerate(self.dataset.utterances):
            # Decoded for the first system, and there for the others.
            read = cache(utterance.read)
            for number, breaker in enumerate(breakers):
                if breaker.problem is None:
                    yield partial(self._transcribe, item, number, read, breaker, cancelled)
                else:
                    self.skipped += 1

    def _warm_up(self, number: int) -> None:
        # What goes wrong here goes wrong again, and is stored then.
        with suppress(PortalError):
            self.candidates[number].client.transcribe(self.dataset.utterances[0].read(), self.parameters)

    def _transcribe(
        self, item: int, number: int, read: Callable[[], Clip], breaker: CircuitBreaker, cancelled: Event
    ) -> Measurement:
        request = Measurement(number, item, 0.0, 0.0, concurrency=self.concurrency)
        try:
            clip = read()
        except PortalError as error:
            return not_sent(request, error)
        self.seconds[item] = clip.seconds
        for tries in count(1):
            measurement = measure(request, self.candidates[number], clip, self.parameters)
            pause = breaker.pause(measurement, tries)
            if pause is None or cancelled.wait(pause):
                break
        breaker.note(measurement)
        return measurement

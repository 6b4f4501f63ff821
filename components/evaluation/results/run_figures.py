"""The one figure that speaks for each system of a run: its error rate, and its latency one request at a time.

They are calculated once and then cached beside the run: of a large one that takes seconds.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import TypeAdapter

from components.core.versions import scoring
from components.evaluation.results.latency_figures import cost_of_an_hour, stages
from components.evaluation.results.normalizers import counts_characters
from components.evaluation.results.scores import score
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Item, Measurement, Run, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunStore


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """The error rate of one system in one run, in percent, with its 95 % interval.

    `unit` is "WER" or "CER". `answered` of the `sent` utterances are in it. Only figures with the same digest of the
    data set, normalizer and unit may be compared.
    """

    run: Run
    system: System
    unit: str
    rate: float
    low: float | None
    high: float | None
    answered: int
    sent: int


@dataclass(frozen=True, kw_only=True)
class Latency:
    """The mean seconds of a request of one system in one run, at the lowest concurrency.

    It is that of `answers` requests with `clip`, which says in words what was sent. Only latencies of the same `source`
    may be compared: it tells one clip, or data set, from the next. `cost_of_an_hour` is the USD for an hour of audio at
    that pace, None without a price. `by_the_way` is True where an accuracy run measured it.
    """

    run: Run
    system: System
    seconds: float
    clip: str
    source: str
    answers: int
    concurrency: int
    cost_of_an_hour: float | None
    by_the_way: bool


_VERSION = 2
"""Increased whenever the same texts and times yield other figures: what was cached before is then ignored."""
_ENDED = frozenset({RunStatus.DONE, RunStatus.CANCELLED, RunStatus.FAILED})
Figures = tuple[list[Accuracy], list[Latency]]
_FIGURES = TypeAdapter(Figures)
_WITHOUT_RUN = {kind: {"__all__": {"run"}} for kind in (0, 1)}
"""The figures lie beside the run, which may be renamed."""


def figures(store: RunStore, run: Run) -> Figures:
    """What a run says of its systems' accuracy and latency.

    They are cached once nothing is added to the run any more, and are valid as long as the scorers stay the same.

    Raises:
        StoreError: the run can't be read.
    """
    key = f"figures {_VERSION}, {scoring()}"
    if cached := store.cached_figures(run.id, key):
        return _FIGURES.validate_python([[one | {"run": run} for one in kind] for kind in json.loads(cached)])
    items, measurements = store.items(run.id), store.measurements(run.id)
    found = accuracies(run, items, measurements), latencies(run, items, measurements)
    if run.status in _ENDED:
        # Where it can't be cached it is calculated again the next time.
        with suppress(StoreError):
            store.cache_figures(run.id, key, _FIGURES.dump_json(found, exclude=_WITHOUT_RUN).decode())
    return found


def accuracies(run: Run, items: Sequence[Item], measurements: Sequence[Measurement]) -> list[Accuracy]:
    """What a run says of its systems' accuracy; nothing where it is a latency run."""
    if run.kind is not RunKind.ACCURACY:
        return []
    is_translated = run.conditions.parameters.get("task") == "translate"
    in_characters = sum(counts_characters(item.language) for item in items if not is_translated)
    sent = {Unit.WORDS: len(items) - in_characters, Unit.CHARACTERS: in_characters}
    return [
        Accuracy(
            run=run,
            system=run.systems[scored.system],
            unit=unit.rate,
            rate=rate.value,
            low=rate.low,
            high=rate.high,
            answered=len(scored.answered_in(unit)),
            sent=sent[unit],
        )
        for scored in score(run, items, measurements)
        for unit in Unit
        if (rate := scored.rate_in(unit)) and rate.value is not None
    ]


def latencies(run: Run, items: Sequence[Item], measurements: Sequence[Measurement]) -> list[Latency]:
    """What a run says of its systems' latency, at the lowest concurrency.

    Of several clips the longest counts. An accuracy run tells nothing if it sent more than one request at a time.
    """
    lowest = min(run.conditions.concurrency)
    if run.kind is RunKind.ACCURACY:
        return list(_by_the_way(run, items, measurements)) if run.conditions.concurrency == (1,) else []
    by_length = sorted(stages(run, items, measurements), key=lambda stage: items[stage.item].seconds or 0.0)
    longest = {s.system: (s, s.spread.mean) for s in by_length if s.concurrency == lowest and s.spread}
    lengths = [f", {item.seconds:.1f} s" if item.seconds else "" for item in items]
    return [
        Latency(
            run=run,
            system=run.systems[stage.system],
            seconds=mean,
            clip=f"{items[stage.item].id}{lengths[stage.item]}",
            source=f"{run.conditions.digest}/{items[stage.item].id}",
            answers=len(stage.times),
            concurrency=stage.concurrency,
            cost_of_an_hour=stage.cost_of_an_hour,
            by_the_way=False,
        )
        for stage, mean in longest.values()
    ]


def _by_the_way(run: Run, items: Sequence[Item], measurements: Sequence[Measurement]) -> Iterator[Latency]:
    """From the requests of an accuracy run, whose clips are of different lengths."""
    for number, system in enumerate(run.systems):
        answered = [m for m in measurements if m.system == number and m.text is not None and not m.warm_up]
        if not answered:
            continue
        requests = sum(measurement.seconds for measurement in answered)
        audio = sum(items[measurement.item].seconds or 0.0 for measurement in answered)
        yield Latency(
            run=run,
            system=system,
            seconds=requests / len(answered),
            clip=f"utterances of {run.conditions.dataset}, {audio / len(answered):.1f} s on average",
            source=run.conditions.digest,
            answers=len(answered),
            concurrency=1,
            cost_of_an_hour=cost_of_an_hour(system, audio / requests if requests else None),
            by_the_way=True,
        )

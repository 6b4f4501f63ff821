"""Accuracy and latency of the same endpoints with the same parameters, from whichever runs measured them last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from components.evaluation.results.run_figures import Accuracy, Latency
from components.evaluation.results.wording import setting_names

_Key = tuple[object, ...]

_ENOUGH = 0.99
"""Of the utterances: what one endpoint leaves out may be just the hard ones."""


@dataclass(frozen=True)
class Point:
    """One system with one set of parameters; `latency` is None where it was not measured with what the others heard.

    `name` tells it from the other points.
    """

    name: str
    accuracy: Accuracy
    latency: Latency | None

    @property
    def is_whole(self) -> bool:
        """Whether it answered so much that its rate may be set against the others'."""
        return self.accuracy.answered >= _ENOUGH * self.accuracy.sent


@dataclass(frozen=True)
class Clock:
    """What the latency of several systems was measured with: one clip, or the data set of the accuracy runs.

    `latencies` are the last ones, by system and parameters.
    """

    latencies: Mapping[_Key, Latency]

    @property
    def label(self) -> str:
        """What was sent, in words."""
        return max(self.latencies.values(), key=attrgetter("run.created")).clip

    @property
    def by_the_way(self) -> bool:
        """Whether the accuracy runs measured it."""
        return all(latency.by_the_way for latency in self.latencies.values())

    @property
    def latest(self) -> datetime:
        """When it was used last."""
        return max(latency.run.created for latency in self.latencies.values())


@dataclass(frozen=True)
class Comparison:
    """Systems whose error rates may be compared: the same utterances, normalizer and unit.

    `clocks` are those with which at least one of them was timed; the first one times the most of them, and at that a
    latency run goes before the accuracy runs' own times, and the latest before the others.
    """

    accuracies: tuple[Accuracy, ...]
    clocks: tuple[Clock, ...]

    @property
    def latest(self) -> Accuracy:
        """The newest of the error rates; it says of all what they have in common."""
        return max(self.accuracies, key=attrgetter("run.created"))

    def points(self, clock: Clock | None) -> list[Point]:
        """All systems with what that clock says of them: what one can't be compared with another is not mixed."""
        names = setting_names([(one.system, one.run.conditions.parameters) for one in self.accuracies])
        latencies = clock.latencies if clock else {}
        return [
            Point(name, accuracy, latencies.get(_identity(accuracy)))
            for name, accuracy in zip(names, self.accuracies, strict=True)
        ]


def comparisons(measured: Iterable[Accuracy], timed: Iterable[Latency]) -> list[Comparison]:
    """All groups of comparable systems, the largest first, each system with its latest figures."""
    clocks = _clocks(timed)
    groups: dict[_Key, dict[_Key, Accuracy]] = {}
    for found in sorted(measured, key=attrgetter("run.created")):
        conditions = found.run.conditions
        group = groups.setdefault((conditions.digest, conditions.normalizer, found.unit), {})
        # The last one of each stays.
        group[_identity(found)] = found
    compared = [
        Comparison(tuple(group.values()), _those_of(digest, group, clocks))
        for (digest, *_), group in groups.items()
    ]
    return sorted(compared, key=lambda one: (len(one.accuracies), one.latest.run.created), reverse=True)


def on_front(rates: Sequence[float], against: Sequence[float | None]) -> list[bool]:
    """Which of the systems are on the Pareto front; one without a second figure is not.

    Both figures are the better the smaller they are. A system is off the front where another is at least as good in
    both and better in one; equal ones are on it or off it alike.
    """
    points = [(other, rate) for other, rate in zip(against, rates, strict=True) if other is not None]

    def beaten(other: float, rate: float) -> bool:
        return any(point != (other, rate) and point[0] <= other and point[1] <= rate for point in points)

    return [other is not None and not beaten(other, rate) for other, rate in zip(against, rates, strict=True)]


def _clocks(timed: Iterable[Latency]) -> dict[str, Clock]:
    """Latencies one request at a time, by what was sent; other ones say more of the queue than of the model."""
    by_source: dict[str, dict[_Key, Latency]] = {}
    for found in sorted((one for one in timed if one.concurrency == 1), key=attrgetter("run.created")):
        by_source.setdefault(found.source, {})[_identity(found)] = found
    return {source: Clock(latencies) for source, latencies in by_source.items()}


def _those_of(
    digest: object, group: Mapping[_Key, Accuracy], clocks: Mapping[str, Clock]
) -> tuple[Clock, ...]:
    """Clocks for a group, the most useful first; times of other data sets' accuracy runs are none for it."""
    fitting = [
        clock
        for source, clock in clocks.items()
        if group.keys() & clock.latencies.keys() and (source == digest or not clock.by_the_way)
    ]

    def use(clock: Clock) -> tuple[int, bool, datetime]:
        return len(group.keys() & clock.latencies.keys()), not clock.by_the_way, clock.latest

    return tuple(sorted(fitting, key=use, reverse=True))


def _identity(figure: Accuracy | Latency) -> _Key:
    system = figure.system
    parameters = tuple(sorted((name, str(value)) for name, value in figure.run.conditions.parameters.items()))
    place = (system.endpoint, system.target, system.region)
    return (*place, system.model, system.instance_type, system.instance_count, parameters)

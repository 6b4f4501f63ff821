"""Accuracy and latency of the same endpoints, from whichever runs measured them last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components.evaluation.pareto import front
from components.evaluation.records import System
from components.evaluation.run_figures import Accuracy, Latency

_Key = tuple[object, ...]


@dataclass(frozen=True)
class Point:
    """One system, with the latest of both; `latency` is None where it was never measured one request at a time."""

    accuracy: Accuracy
    latency: Latency | None

    @property
    def cost_of_an_hour(self) -> float | None:
        """USD for an hour of audio; None without a latency or a price."""
        return self.latency.cost_of_an_hour if self.latency else None

    @property
    def seconds(self) -> float | None:
        """The mean latency."""
        return self.latency.seconds if self.latency else None


@dataclass(frozen=True)
class Comparison:
    """Systems whose error rates may be compared: the same utterances, normalizer and unit."""

    points: tuple[Point, ...]

    @property
    def latest(self) -> Accuracy:
        """The newest of the error rates; it says of all what they have in common."""
        return max((point.accuracy for point in self.points), key=lambda accuracy: accuracy.created)


def comparisons(measured: Iterable[Accuracy], timed: Iterable[Latency]) -> list[Comparison]:
    """All groups of comparable systems, the largest first, each system with its latest figures.

    What a latency run measured goes before what an accuracy run measured by the way.
    """
    # The last one of each system stays.
    ordered = sorted(timed, key=lambda found: (not found.by_the_way, found.created))
    latency = {_identity(found.system): found for found in ordered}
    groups: dict[_Key, dict[_Key, Accuracy]] = {}
    for found in sorted(measured, key=lambda accuracy: accuracy.created):
        group = groups.setdefault((found.digest, found.normalizer, found.unit), {})
        group[_identity(found.system)] = found
    compared = [
        Comparison(tuple(Point(accuracy, latency.get(who)) for who, accuracy in group.items()))
        for group in groups.values()
    ]
    return sorted(compared, key=lambda one: (len(one.points), one.latest.created), reverse=True)


def on_front(rates: Sequence[float], against: Sequence[float | None]) -> list[bool]:
    """Which of the systems are on the Pareto front; one without a second figure is not."""
    known = [number for number, other in enumerate(against) if other is not None]
    standing = front([(other, rates[number]) for number, other in enumerate(against) if other is not None])
    best = {number for number, is_best in zip(known, standing, strict=True) if is_best}
    return [number in best for number in range(len(rates))]


def _identity(system: System) -> _Key:
    place = (system.endpoint, system.target, system.region)
    return (*place, system.model, system.instance_type, system.instance_count)

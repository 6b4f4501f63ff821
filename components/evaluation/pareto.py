"""The Pareto front: what can't be bettered in one thing without losing in the other."""

from collections.abc import Sequence


def front(points: Sequence[tuple[float, float]]) -> list[bool]:
    """For each point whether it is on the front, both coordinates being the better the smaller they are.

    A point is off the front where another is at least as good in both and better in one; equal points stand or fall
    together.
    """
    return [not any(_beats(other, point) for other in points) for point in points]


def _beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one != other and one[0] <= other[0] and one[1] <= other[1]

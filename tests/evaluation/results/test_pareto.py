"""The Pareto front, against cases worked out by hand."""

import pytest

from components.evaluation.results.tradeoff import on_front


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([], []),
        ([(1, 1)], [True]),
        # Each is better in one thing.
        ([(1, 3), (2, 2), (3, 1)], [True, True, True]),
        # (2, 3) is worse in both than (1, 2).
        ([(1, 2), (2, 3), (3, 1)], [True, False, True]),
        # As good in one and worse in the other is beaten.
        ([(1, 2), (1, 3), (2, 2)], [True, False, False]),
        # Equal points stand or fall together.
        ([(1, 1), (1, 1), (2, 2), (2, 2)], [True, True, False, False]),
        # The order does not matter.
        ([(5, 5), (4, 6), (6, 1), (4, 4)], [False, False, True, True]),
    ],
)
def test_front(points: list[tuple[float, float]], expected: list[bool]) -> None:
    assert on_front([rate for _, rate in points], [across for across, _ in points]) == expected


def test_the_published_large_is_beaten_by_medium() -> None:
    """Latency and WER of medium, large and large-v2 as in the catalog."""
    assert on_front([2.9, 3.0, 3.0], [1.5, 1.96, 1.98]) == [True, False, False]

"""The bootstrap against other ways to the same figures: by hand, by plain loops, and over all possible draws."""

from itertools import product

import numpy as np
import pytest

from components.evaluation.results.bootstrap import interval, probability_better

ERRORS, LENGTHS = [0, 3, 1, 5], [4, 6, 10, 7]


def all_rates(errors: list[int], lengths: list[int]) -> list[float]:
    """The rate of every draw that is possible, each as likely as the others."""
    draws = product(range(len(lengths)), repeat=len(lengths))
    return [100 * sum(errors[i] for i in draw) / sum(lengths[i] for i in draw) for draw in draws]


def percentile(sorted_rates: list[float], share: float) -> float:
    """By linear interpolation between the two nearest ranks."""
    position = share * (len(sorted_rates) - 1)
    below = int(position)
    above = min(below + 1, len(sorted_rates) - 1)
    return sorted_rates[below] + (position - below) * (sorted_rates[above] - sorted_rates[below])


def test_it_is_what_plain_loops_give_for_the_same_draws() -> None:
    draws = np.random.default_rng(7).integers(len(LENGTHS), size=(500, len(LENGTHS)))
    rates = sorted(100 * sum(ERRORS[i] for i in d) / sum(LENGTHS[i] for i in d) for d in draws.tolist())
    expected = (percentile(rates, 0.025), percentile(rates, 0.975))
    assert interval(ERRORS, LENGTHS, resamples=500, seed=7) == pytest.approx(expected)


def test_it_comes_near_the_interval_over_all_possible_draws() -> None:
    rates = sorted(all_rates(ERRORS, LENGTHS))
    found = interval(ERRORS, LENGTHS, resamples=200_000)
    assert found == pytest.approx((percentile(rates, 0.025), percentile(rates, 0.975)), abs=0.7)


def test_many_utterances_are_worked_on_in_portions_with_the_same_draws(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = interval(ERRORS, LENGTHS, resamples=1000)
    monkeypatch.setattr("components.evaluation.results.bootstrap._AT_ONCE", 40)
    assert interval(ERRORS, LENGTHS, resamples=1000) == whole


def test_the_interval_holds_the_rate_and_narrows_with_more_utterances() -> None:
    few, many = interval(ERRORS, LENGTHS), interval(ERRORS * 50, LENGTHS * 50)
    rate = 100 * sum(ERRORS) / sum(LENGTHS)
    assert few
    assert many
    assert few[0] < many[0] < rate < many[1] < few[1]


def test_no_errors_and_one_utterance() -> None:
    assert interval([0, 0], [3, 4]) == (0.0, 0.0)
    # Of one utterance every draw is the same: that is no certainty.
    assert interval([1], [4]) is None


def test_without_reference_words_there_is_no_interval() -> None:
    assert interval([], []) is None
    assert interval([2], [0]) is None


def test_draws_without_reference_words_are_left_out() -> None:
    # One of two utterances has none: a draw of it twice has no rate.
    assert interval([1, 0], [0, 4]) == pytest.approx((0.0, 25.0))


def test_the_probability_is_that_over_all_possible_draws() -> None:
    other = [1, 1, 2, 3]
    pairs = list(zip(all_rates(ERRORS, LENGTHS), all_rates(other, LENGTHS), strict=True))
    exact = sum((a < b) + (a == b) / 2 for a, b in pairs) / len(pairs)
    assert probability_better(ERRORS, other, LENGTHS, resamples=200_000) == pytest.approx(exact, abs=0.005)


def test_the_same_errors_are_a_tie_and_fewer_everywhere_are_certain() -> None:
    assert probability_better(ERRORS, ERRORS, LENGTHS) == 0.5
    assert probability_better([0, 0], [1, 2], [5, 5]) == 1.0
    assert probability_better([1, 2], [0, 0], [5, 5]) == 0.0
    assert probability_better([], [], []) is None

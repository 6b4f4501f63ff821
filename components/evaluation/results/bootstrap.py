"""How far a pooled error rate can be trusted: the percentile bootstrap over utterances.

Utterances are drawn with replacement, as many as there are, and the rate of the draw is worked out, again and again
(Bisani and Ney 2004, "Bootstrap estimates for confidence intervals in ASR performance evaluation"). Errors within an
utterance depend on one another, so it is utterances that are drawn and not words.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
LEVEL = 0.95
FEWEST = 2
"""Utterances from which something can be drawn."""
_AT_ONCE = 2_000_000
"""Draws of utterances worked on at a time: 16 MB."""


def interval(
    errors: Sequence[int], lengths: Sequence[int], resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float] | None:
    """The 95 % interval of a pooled error rate, in percent.

    None without a reference, and with one utterance: every draw would be the same, which looks like certainty.
    `errors` and `lengths` are the errors and reference words of each utterance. The same seed gives the same interval.
    """
    if len(lengths) < FEWEST:
        return None
    (rates,) = _resampled([errors], lengths, resamples, seed)
    usable = rates[np.isfinite(rates)]
    if not len(usable):
        return None
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(usable, [tail, 100 - tail])
    return float(low), float(high)


def probability_better(
    errors_a: Sequence[int],
    errors_b: Sequence[int],
    lengths: Sequence[int],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> float | None:
    """The probability that system a makes fewer errors than b: the share of resamples in which it does.

    Both are looked at on the same draws of the utterances that both have answered; a tie counts for half. None where
    there is nothing to compare.
    """
    rates_a, rates_b = _resampled([errors_a, errors_b], lengths, resamples, seed)
    usable = np.isfinite(rates_a)
    better = (rates_a < rates_b) + (rates_a == rates_b) / 2
    return float(better[usable].mean()) if usable.any() else None


def _resampled(
    systems: Sequence[Sequence[int]], lengths: Sequence[int], resamples: int, seed: int
) -> NDArray[np.float64]:
    """Rates in percent, a row for each system; not finite where a draw has no reference words."""
    count = len(lengths)
    if not count:
        return np.empty((len(systems), 0))
    random = np.random.default_rng(seed)
    all_errors, all_lengths = [np.asarray(errors) for errors in systems], np.asarray(lengths)
    step, rates = max(1, _AT_ONCE // count), [np.empty((len(systems), 0))]
    for start in range(0, resamples, step):
        drawn = random.integers(count, size=(min(step, resamples - start), count))
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn_lengths = all_lengths[drawn].sum(axis=1)
            rates.append(np.array([100 * errors[drawn].sum(axis=1) / drawn_lengths for errors in all_errors]))
    return np.concatenate(rates, axis=1)

"""Nucleus (top-p) sampling of one token (Holtzman et al. 2020, arXiv:1904.09751)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from components.local_endpoint.options import Options


def inside_nucleus(token: int, logits: ArrayLike, options: Options, random: np.random.Generator) -> int:
    """`token`, or another one drawn from the nucleus where it lies outside.

    `logits` has shape [vocabulary]. If `token` was drawn from the distribution with temperature and top-k, the
    result is distributed as the same distribution cut to its nucleus and normalized.
    """
    if options.top_p == 1.0:
        return token
    candidates, probabilities = nucleus(np.asarray(logits), options)
    return token if token in candidates else int(random.choice(candidates, p=probabilities))


def nucleus(logits: NDArray[np.float32], options: Options) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The tokens of the nucleus, likeliest first, and their normalized probabilities.

    As in Hugging Face's generation, which the container runs: temperature first, then the top_k likeliest tokens,
    then the fewest of these whose probabilities reach top_p, and never less than one.
    """
    scaled = logits.astype(np.float64) / options.temperature
    count = min(options.top_k, len(scaled))
    likeliest = np.argpartition(-scaled, count - 1)[:count]
    likeliest = likeliest[np.argsort(-scaled[likeliest], kind="stable")]
    probabilities = np.exp(scaled[likeliest] - scaled[likeliest[0]])
    probabilities /= probabilities.sum()
    before = np.cumsum(probabilities) - probabilities
    kept = max(1, int(np.searchsorted(before, options.top_p, side="left")))
    return likeliest[:kept], probabilities[:kept] / probabilities[:kept].sum()


def log_probability(token: int, logits: ArrayLike) -> float:
    """Natural logarithm of the probability that the model itself, at temperature 1, gives the token."""
    values = np.asarray(logits, dtype=np.float64)
    top = values.max()
    return float(values[token] - top - np.log(np.exp(values - top).sum()))

"""How tokens are chosen: greedy and beam search by CTranslate2, sampling with an exact nucleus on top of it.

Nucleus (top-p) sampling: Holtzman et al. 2020, arXiv:1904.09751.
"""

import math
import time
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tokenizers import Tokenizer

from components.local_endpoint.batching import Batcher
from components.local_endpoint.decoding_options import Options
from components.local_endpoint.encoder_decoder import Encoded

END = "<|endoftext|>"

FIRST_SLICE = 16
"""Tokens that are decoded before the time or the nucleus is looked at for the first time."""

SHORTEST_SLICE = 4
"""Tokens that are drawn at once where most fall outside the nucleus: each slice decodes all before it again."""

Tokens = list[int]


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The number of a token such as `<|en|>`.

    Raises:
        ValueError: this model has no such token.
    """
    number = tokenizer.token_to_id(token)
    if number is None:
        raise ValueError(f"the model has no token {token}")
    return number


@dataclass(frozen=True)
class Hypothesis:
    """Output tokens, and whether the model ended them.

    `logits` has one float32 array of shape [vocabulary] a token, and one for the end token where there is one, with
    what is forbidden at the smallest float; it is filled for sampling only.
    """

    tokens: Tokens
    ended: bool
    logits: list[NDArray[np.float32]]


class Decoder:
    """Decodes one chunk of encoded audio behind a prompt."""

    def __init__(self, network: Batcher, encoded: Encoded, prompt: Tokens, tokenizer: Tokenizer) -> None:
        self._network = network
        self._encoded = encoded
        self._prompt = prompt
        self._end: int = token_id(tokenizer, END)
        self._vocabulary = tokenizer.get_vocab_size()

    def decode(self, options: Options) -> list[Tokens]:
        """The returned sequences, best first: `options.sequences` of them, without prompt and end token."""
        if options.most == 0:
            return [[] for _ in range(options.sequences)]
        deadline = math.inf if options.seconds is None else time.monotonic() + options.seconds
        return self._sample(options, deadline) if options.sampling else self._search(options, deadline)

    def _search(self, options: Options, deadline: float) -> list[Tokens]:
        prefix: Tokens = []
        if options.fewest:
            prefix = self._run([], options.fewest, options, may_end=False)[0].tokens
        budget = options.most if deadline == math.inf else min(options.fewest + FIRST_SLICE, options.most)
        while True:
            found = self._run(prefix, budget, options, may_end=True)
            if budget == options.most or time.monotonic() >= deadline or all(one.ended for one in found):
                return [one.tokens for one in found]
            # A beam search can't be taken up where it stopped: doubling what it may use at most doubles the work.
            budget = min(2 * budget, options.most)

    def _sample(self, options: Options, deadline: float) -> list[Tokens]:
        """As many independent draws as there are beams, the likeliest of them first."""
        random = np.random.default_rng()
        draws = [self._draw(options, deadline, random) for _ in range(options.beams)]
        draws.sort(key=lambda draw: draw[1], reverse=True)
        return [tokens for tokens, _ in draws[: options.sequences]]

    def _draw(self, options: Options, deadline: float, random: np.random.Generator) -> tuple[Tokens, float]:
        """One sample and the mean log-probability of its tokens.

        CTranslate2 knows no nucleus: it draws on from the tokens so far, each step's distribution is looked at
        afterwards, and the first token outside its nucleus is drawn again from inside. Given what stands before it,
        a token is thus always distributed as within the nucleus, which makes the sample exact.
        """
        tokens: Tokens = []
        scores: list[float] = []
        ahead = options.most if options.top_p == 1.0 and deadline == math.inf else FIRST_SLICE
        while True:
            may_end = len(tokens) >= options.fewest
            most = options.most if may_end else options.fewest
            run = self._run(tokens, min(most, len(tokens) + ahead), options, may_end=may_end)[0]
            drawn = run.tokens + [self._end] * run.ended
            for step in range(len(tokens), len(drawn)):
                token = inside_nucleus(drawn[step], run.logits[step], options, random)
                scores.append(log_probability(token, run.logits[step]))
                if token == self._end:
                    return tokens, float(np.mean(scores))
                tokens.append(token)
                if token != drawn[step]:
                    # What came after it was drawn in vain, and more so the further it went.
                    ahead = max(ahead // 2, SHORTEST_SLICE)
                    break
            else:
                ahead *= 2
            if len(tokens) == options.most or time.monotonic() >= deadline:
                return tokens, float(np.mean(scores))

    def _run(self, prefix: Tokens, most: int, options: Options, *, may_end: bool) -> list[Hypothesis]:
        """Lets CTranslate2 go on from `prefix` until there are `most` tokens, prefix included, or the model ends."""
        # CTranslate2 gives the output min(max_length / 2, max_length - (prompt - 1)) tokens.
        max_length = max(2 * most, most + len(self._prompt) - 1)
        result = self._network.generate(
            self._encoded,
            self._prompt + prefix,
            max_length=max_length,
            length_penalty=options.length_penalty,
            no_repeat_ngram_size=options.no_repeat_ngram_size,
            suppress_tokens=[-1] if may_end else [-1, self._end],
            # It would forbid the end right after the prefix, where only the very first token may not be the end.
            suppress_blank=not prefix,
            **(self._sampling(options) if options.sampling else self._searching(options)),
        )
        return [
            Hypothesis(tokens, len(tokens) < most, logits)
            for tokens, logits in zip(result.sequences_ids, result.logits or repeat([]), strict=False)
        ]

    def _searching(self, options: Options) -> dict[str, Any]:
        patience = options.patience if options.beams > 1 else 1.0
        return {"beam_size": options.beams, "num_hypotheses": options.sequences, "patience": patience}

    def _sampling(self, options: Options) -> dict[str, Any]:
        return {
            "beam_size": 1,
            "sampling_topk": options.top_k if options.top_k < self._vocabulary else 0,
            "sampling_temperature": options.temperature,
            "return_logits_vocab": True,
        }


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

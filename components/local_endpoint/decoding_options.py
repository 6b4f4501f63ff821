"""The container's parameters as decoding needs them."""

from collections.abc import Mapping
from typing import Any

from components.whisper.models import MAX_TOKENS

DEFAULT_TOP_K = 50
"""Hugging Face's default, which the container uses where top_k is not given."""

PATIENT = 2.0
"""Patience of beam search without early stopping (Kasai et al. 2022, arXiv:2204.05424).

With early_stopping, decoding ends once num_beams hypotheses are complete, which is patience 1. Without, the
container looks on until no better one can be expected; gathering twice as many before choosing comes to the same.
"""


class Options:
    """The options for a sound set of parameters and a prompt of that many tokens.

    `most` and `fewest` are lengths in output tokens, without prompt.
    """

    def __init__(self, values: Mapping[str, Any], prompt_tokens: int) -> None:
        room = MAX_TOKENS - prompt_tokens
        most = values.get("max_new_tokens", values.get("max_length", MAX_TOKENS) - prompt_tokens)
        fewest = max(values.get("min_new_tokens", 0), values.get("min_length", 0) - prompt_tokens)
        self.most: int = max(0, min(most, room))
        self.fewest: int = min(fewest, self.most)
        self.sequences: int = values.get("num_return_sequences", 1)
        self.beams: int = max(values.get("num_beams", 1), self.sequences)
        self.patience = 1.0 if values.get("early_stopping") else PATIENT
        self.length_penalty: float = values.get("length_penalty", 1.0)
        self.no_repeat_ngram_size: int = values.get("no_repeat_ngram_size", 0)
        self.temperature: float = values.get("temperature", 1.0)
        self.sampling = bool(values.get("do_sample")) and self.temperature > 0
        self.top_k: int = values.get("top_k", DEFAULT_TOP_K)
        self.top_p: float = values.get("top_p", 1.0)
        self.seconds: float | None = values.get("max_time")

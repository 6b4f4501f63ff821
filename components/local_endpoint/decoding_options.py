"""The container's parameters as decoding needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from components.whisper.models import MAX_TOKENS

DEFAULT_TOP_K = 50
"""What Hugging Face's generation, which the container runs, takes where top_k is not given."""

PATIENT = 2.0
"""Patience of beam search without early stopping (Kasai et al. 2022, arXiv:2204.05424).

With early_stopping, decoding ends once num_beams hypotheses are complete, which is patience 1. Without, the
container looks on until no better one can be expected; gathering twice as many before choosing comes to the same.
"""


@dataclass(frozen=True)
class Options:
    """The container's parameters as decoding needs them; lengths are counted in output tokens, without prompt."""

    most: int
    fewest: int
    beams: int
    sequences: int
    patience: float
    length_penalty: float
    no_repeat_ngram_size: int
    sampling: bool
    temperature: float
    top_k: int
    top_p: float
    seconds: float | None

    @classmethod
    def of(cls, values: Mapping[str, Any], prompt_tokens: int) -> Self:
        """The options for a sound set of parameters and a prompt of that many tokens."""
        room = MAX_TOKENS - prompt_tokens
        most = values.get("max_new_tokens", values.get("max_length", MAX_TOKENS) - prompt_tokens)
        fewest = max(values.get("min_new_tokens", 0), values.get("min_length", 0) - prompt_tokens)
        sequences = values.get("num_return_sequences", 1)
        temperature = values.get("temperature", 1.0)
        return cls(
            most=max(0, min(most, room)),
            fewest=min(fewest, max(0, min(most, room))),
            beams=max(values.get("num_beams", 1), sequences),
            sequences=sequences,
            patience=1.0 if values.get("early_stopping") else PATIENT,
            length_penalty=values.get("length_penalty", 1.0),
            no_repeat_ngram_size=values.get("no_repeat_ngram_size", 0),
            sampling=bool(values.get("do_sample")) and temperature > 0,
            temperature=temperature,
            top_k=values.get("top_k", DEFAULT_TOP_K),
            top_p=values.get("top_p", 1.0),
            seconds=values.get("max_time"),
        )

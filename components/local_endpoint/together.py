"""Decoding requests that wait at the same time together: the weights are then read once for all of them."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition
from typing import Any, TypeAlias

import ctranslate2
import numpy as np
from numpy.typing import NDArray

Encoded = NDArray[np.float32]
"""The encoder's output, of shape [1, positions, size]."""


Result: TypeAlias = Any
"""CTranslate2's WhisperGenerationResult, whose types it does not tell."""


@dataclass(eq=False)
class _Call:
    """A piece of audio to decode, and what comes of it."""

    encoded: Encoded
    prompt: list[int]
    options: dict[str, Any]
    outcome: "Future[Result]" = field(default_factory=Future)

    def goes_with(self, other: "_Call") -> bool:
        """Whether one batch can hold both."""
        mine, others = ((call.options, len(call.prompt), call.encoded.shape) for call in (self, other))
        return mine == others


class Together:
    """A network that several threads use at once; each gets the result that it would get alone.

    A thread that wants to decode waits until nothing is being encoded or decoded; then it decodes for all that wait
    with the same options. Greedy and beam search treat each member of a batch by itself.
    """

    def __init__(self, network: ctranslate2.models.Whisper) -> None:
        self._network = network
        self._busy = 0
        self._changed = Condition()
        self._waiting: list[_Call] = []

    def encode(self, features: NDArray[np.float32]) -> Encoded:
        """The encoder's output for features of shape [1, bands, frames], two of them to a position."""
        with self._changed:
            self._busy += 1
        try:
            return np.asarray(self._network.encode(ctranslate2.StorageView.from_array(features)))
        finally:
            self._end_of_work()

    def language(self, encoded: Encoded) -> str:
        """The token of the likeliest language."""
        view = ctranslate2.StorageView.from_array(encoded)
        return str(self._network.detect_language(view)[0][0][0])

    def generate(self, encoded: Encoded, prompt: list[int], **options: Any) -> Result:  # noqa: ANN401 - CTranslate2's
        """As CTranslate2's `Whisper.generate`, for one piece of encoded audio."""
        call = _Call(encoded, prompt, options)
        with self._changed:
            self._waiting.append(call)
            self._changed.wait_for(lambda: call.outcome.done() or not self._busy)
            batch = [] if call.outcome.done() else [one for one in self._waiting if one.goes_with(call)]
            self._waiting = [one for one in self._waiting if one not in batch]
            self._busy += bool(batch)
        if batch:
            try:
                self._decode(batch)
            finally:
                self._end_of_work()
        return call.outcome.result()

    def _decode(self, batch: list[_Call]) -> None:
        try:
            all_encoded = batch[0].encoded if len(batch) == 1 else np.concatenate([c.encoded for c in batch])
            view = ctranslate2.StorageView.from_array(all_encoded)
            results = self._network.generate(view, [call.prompt for call in batch], **batch[0].options)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asks for the results
            for call in batch:
                call.outcome.set_exception(error)
        else:
            for call, result in zip(batch, results, strict=True):
                call.outcome.set_result(result)

    def _end_of_work(self) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

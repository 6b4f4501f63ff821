"""Decoding requests that wait at the same time together: the weights are then read once for all of them."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

import numpy as np

from components.local_endpoint.encoder_decoder import Encoded, EncoderDecoder, Result


@dataclass(eq=False)
class _Call:
    """A chunk of audio to decode, and what comes of it."""

    encoded: Encoded
    prompt: list[int]
    options: dict[str, Any]
    outcome: "Future[Result]" = field(default_factory=Future)

    def goes_with(self, other: "_Call") -> bool:
        """Whether one batch can hold both."""
        mine, others = ((call.options, len(call.prompt), call.encoded.shape) for call in (self, other))
        return mine == others


class Batcher:
    """A network's decoders for several threads; each gets the result that it would get alone.

    A thread that wants to decode waits until its call is the oldest and a decoder is free; then it decodes its share of
    all that wait with the same options. Greedy and beam search treat each member of a batch separately.
    """

    def __init__(self, network: EncoderDecoder) -> None:
        self._network = network
        self._free = network.decoders
        self._changed = Condition()
        self._waiting: list[_Call] = []

    def generate(self, encoded: Encoded, prompt: list[int], **options: Any) -> Result:  # noqa: ANN401 - CTranslate2's
        """As CTranslate2's `Whisper.generate`, for one chunk of encoded audio."""
        call = _Call(encoded, prompt, options)
        with self._changed:
            self._waiting.append(call)
            self._changed.wait_for(
                lambda: call.outcome.done() or (self._free > 0 and self._waiting[:1] == [call])
            )
            batch = [] if call.outcome.done() else self._next_batch()
        if batch:
            try:
                self._decode(batch)
            finally:
                with self._changed:
                    self._free += 1
                    self._changed.notify_all()
        return call.outcome.result()

    def _next_batch(self) -> list[_Call]:
        """The oldest call and what goes with it, as much as leaves the same for every other decoder."""
        alike = [call for call in self._waiting if call.goes_with(self._waiting[0])]
        batch = alike[: -(-len(alike) // self._network.decoders)]
        self._waiting = [call for call in self._waiting if call not in batch]
        self._free -= 1
        self._changed.notify_all()
        return batch

    def _decode(self, batch: list[_Call]) -> None:
        try:
            all_encoded = batch[0].encoded if len(batch) == 1 else np.concatenate([c.encoded for c in batch])
            results = self._network.generate(all_encoded, [call.prompt for call in batch], **batch[0].options)
        except Exception as error:  # noqa: BLE001 - it belongs to the callers
            for call in batch:
                call.outcome.set_exception(error)
        else:
            for call, result in zip(batch, results, strict=True):
                call.outcome.set_result(result)

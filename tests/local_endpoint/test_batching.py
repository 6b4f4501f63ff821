"""Requests that wait at the same time are decoded in one batch; each gets what it would get alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any, cast

import numpy as np
import pytest

from components.audio.decoding import Samples, read_clip
from components.local_endpoint.batching import Batcher
from components.local_endpoint.encoder_decoder import Encoded, EncoderDecoder
from components.local_endpoint.engine import WhisperEngine
from tests.pages.driver import speech

BATCH = 3


class GatedNetwork:
    """Answers with the prompt it was given. Decoding waits for a gate, and `sizes` tells of all batches."""

    def __init__(self, decoders: int) -> None:
        self.decoders = decoders
        self.begun, self.gate = Semaphore(0), Event()
        self.sizes: list[int] = []

    def generate(self, encoded: Encoded, prompts: list[list[int]], **options: Any) -> list[list[int]]:
        assert encoded.shape[0] == len(prompts)
        if "fails" in options:
            raise MemoryError("too much")
        self.sizes.append(len(prompts))
        self.begun.release()
        assert self.gate.wait(60)
        return prompts


ENCODED = np.zeros((1, 4, 2), np.float32)


@pytest.fixture
def network() -> GatedNetwork:
    return GatedNetwork(1)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def ask_together(network: GatedNetwork, pool: ThreadPoolExecutor, *options: dict[str, Any]) -> list[Any]:
    """The futures of a call for each decoder, and of one for each of the options, which come in meanwhile."""
    together = Batcher(cast("EncoderDecoder", network))
    calls = []
    for number in range(network.decoders):
        calls.append(pool.submit(together.generate, ENCODED, [number], beam_size=1))
        assert network.begun.acquire(timeout=60)
    for number, given in enumerate(options, 1):
        calls.append(pool.submit(together.generate, ENCODED, [len(calls)], **given))
        while len(together._waiting) < number:
            Event().wait(0.001)
    network.gate.set()
    return calls


def test_what_waits_with_the_same_options_is_one_batch(
    network: GatedNetwork, pool: ThreadPoolExecutor
) -> None:
    calls = ask_together(network, pool, *[{"beam_size": 1}] * BATCH)
    assert [call.result(60) for call in calls] == [[0], [1], [2], [3]]
    assert network.sizes == [1, BATCH]


def test_other_options_are_another_batch(network: GatedNetwork, pool: ThreadPoolExecutor) -> None:
    calls = ask_together(network, pool, {"beam_size": 1}, {"beam_size": 5}, {"beam_size": 1})
    assert [call.result(60) for call in calls] == [[0], [1], [2], [3]]
    assert sorted(network.sizes) == [1, 1, 2]


def test_each_decoder_gets_its_share_of_what_waits(pool: ThreadPoolExecutor) -> None:
    network = GatedNetwork(2)
    calls = ask_together(network, pool, *[{"beam_size": 1}] * BATCH)
    assert [call.result(60) for call in calls] == [[0], [1], [2], [3], [4]]
    assert network.sizes == [1, 1, 2, 1]


def test_the_oldest_comes_first(network: GatedNetwork, pool: ThreadPoolExecutor) -> None:
    order: list[int] = []
    calls = ask_together(network, pool, *[{"beam_size": beams} for beams in (5, 4, 3, 2)])
    for number, call in enumerate(calls):
        call.add_done_callback(lambda _, number=number: order.append(number))
    for call in calls:
        call.result(60)
    assert order[1:] == [1, 2, 3, 4]


def test_the_failure_of_a_batch_is_that_of_each_of_its_calls(
    network: GatedNetwork, pool: ThreadPoolExecutor
) -> None:
    first, *failing, last = ask_together(network, pool, {"fails": 1}, {"fails": 1}, {"beam_size": 1})
    for call in failing:
        with pytest.raises(MemoryError, match="too much"):
            call.result(60)
    assert (first.result(60), last.result(60)) == ([0], [3])


@pytest.mark.parametrize("values", [{}, {"num_beams": 5, "num_return_sequences": 2}])
def test_a_batch_hears_what_each_request_alone_hears(
    tiny_engine: WhisperEngine, pool: ThreadPoolExecutor, values: dict[str, object]
) -> None:
    clips: list[Samples] = [
        read_clip(speech(f"en/{name}.wav"), "").samples for name in ("quick_brown_fox", "counting")
    ]
    alone = [tiny_engine.transcribe(clip, values) for clip in clips]
    assert list(pool.map(lambda clip: tiny_engine.transcribe(clip, values), clips * 2)) == alone * 2

from typing import Any

import numpy as np
import pytest

from components.audio.decoding import Clip
from components.core.errors import (
    AudioTooLongError,
)
from components.evaluation.latency_plan import LatencyPlanError
from components.whisper.contract import SAMPLE_RATE
from tests.evaluation.latency_driver import FakeClient, plan


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"requests": 0}, "0 requests"),
        ({"requests": 10_001}, "from 1 to 10,000"),
        ({"warm_up": -1}, "-1 warm-up"),
        ({"warm_up": 101}, "from 0 to 100"),
        ({"concurrency": ()}, "No number of requests at once"),
        ({"concurrency": (0,)}, "from 1 to 32"),
        ({"concurrency": (1, 33), "requests": 50}, "from 1 to 32"),
        ({"concurrency": (2, 1)}, "must rise"),
        ({"concurrency": (1, 1)}, "none coming twice"),
        ({"concurrency": (1, 16)}, "12 requests are too few for 16 at once"),
        ({"clips": ()}, "nothing to measure"),
    ],
)
def test_what_can_not_be_measured_is_refused_before_anything_is_sent(
    options: dict[str, Any], what: str
) -> None:
    client = FakeClient("a")
    with pytest.raises(LatencyPlanError, match=what):
        plan(client, **options)
    assert not client.begun


def test_the_bounds_themselves_are_allowed() -> None:
    assert plan(FakeClient("a"), requests=10_000, warm_up=100, concurrency=(1, 32)).planned == 23_300
    assert plan(FakeClient("a"), requests=1, warm_up=0).planned == 1


def test_without_an_endpoint_there_is_nothing_to_measure() -> None:
    with pytest.raises(LatencyPlanError, match="an endpoint and a clip"):
        plan()


def test_a_clip_that_no_endpoint_hears_whole_is_refused() -> None:
    long = Clip(np.zeros(31 * SAMPLE_RATE, np.int16), "long.wav", "wav")
    with pytest.raises(AudioTooLongError, match=r"long\.wav lasts"):
        plan(FakeClient("a"), clips=(long,))

"""Where the time of a request goes."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import ctranslate2
import pytest

from components.audio import decoding
from components.audio.decoding import Clip, Samples
from components.core.settings import Settings
from components.local_endpoint.engine import WhisperEngine, load_engine
from components.local_endpoint.features import LogMel
from components.local_endpoint.handler import handle
from components.whisper.contract import encode_request
from components.whisper.models import find_model
from tests.benchmarks.speed.portal import ENDPOINT, SPOKEN, Portal

_PARTS: Mapping[str, tuple[Any, str]] = {
    "decode": (decoding, "decode"),
    "features": (LogMel, "__call__"),
    "encoder": (ctranslate2.models.Whisper, "encode"),
    "decoder": (ctranslate2.models.Whisper, "generate"),
}


def shares(portal: Portal, spoken: Sequence[Samples], beams: int) -> dict[str, float]:
    """The parts of the time that all clips take, together 1.

    Decoding audio, features, encoder and decoder are timed in an engine in this process; `rest` is what else that takes
    (JSON, hex, text), `http` what the same requests take longer with a server and boto3.
    """
    model = find_model(ENDPOINT)
    assert model
    engine = load_engine(model, Settings(), lambda _: None)
    seconds = {"handler": 0.0, "all": 0.0, **dict.fromkeys(_PARTS, 0.0)}
    with _timed(seconds):
        for samples in [spoken[0], *spoken]:
            if samples is spoken[0]:
                seconds.update(dict.fromkeys(seconds, 0.0))
            _add(seconds, "handler", partial(_handle, engine, samples, beams))
            _add(seconds, "all", partial(portal.transcribe, samples, {"num_beams": beams}))
    parts = {name: seconds[name] for name in _PARTS}
    parts["rest"] = seconds["handler"] - sum(parts.values())
    parts["http"] = max(0.0, seconds["all"] - seconds["handler"])
    return {name: part / sum(parts.values()) for name, part in parts.items()}


def _handle(engine: WhisperEngine, samples: Samples, beams: int) -> None:
    request = encode_request(Clip(samples, "", "").wav(), {**SPOKEN, "num_beams": beams})
    handle(engine, request.content_type, request.body)


def _add(seconds: dict[str, float], name: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    seconds[name] += time.perf_counter() - began


@contextmanager
def _timed(seconds: dict[str, float]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, (owner, attribute) in _PARTS.items():
            patch.setattr(owner, attribute, _timing(getattr(owner, attribute), name, seconds))
        yield


def _timing(work: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def timed(*given: object, **named: object) -> object:
        began = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            seconds[name] += time.perf_counter() - began

    return timed

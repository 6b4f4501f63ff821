"""Runs without endpoints: what a store needs to be filled."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from components.audio.decoding import Clip
from components.core.errors import PortalError
from components.endpoint_client import EndpointClient
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, System
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import Candidate
from components.transcript.result import Transcript
from components.whisper.parameters import Parameters

BASE = System("whisper-base", "This computer", "local", "whisper-base")
TINY = System("whisper-tiny-en", "This computer", "local", "whisper-tiny.en")


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "data")


Begin = Callable[..., Run]


@pytest.fixture
def begin(store: RunStore) -> Begin:
    """Begins a run in the store: two systems and the given references, unless told otherwise."""

    def begin(
        references: Sequence[str] = ("a b c",),
        systems: Sequence[System] = (BASE, TINY),
        kind: RunKind = RunKind.ACCURACY,
        language: str = "english",
        **conditions: Any,
    ) -> Run:
        items = [Item(f"u{number}", text, language, 2.0) for number, text in enumerate(references)]
        found = Conditions(**{"dataset": "the test's", "selection": "all", "digest": "d1"} | conditions)
        return store.begin(kind, "a run", systems, items, found, len(items) * len(systems))

    return begin


def heard(system: int, item: int, text: str, seconds: float = 1.0, **more: Any) -> Measurement:
    return Measurement(system, item, 1000.0 + item, seconds, (f" {text}",), **more)


def clip(name: str = "clip.wav", seconds: float = 2.0) -> Clip:
    return Clip(np.zeros(int(16_000 * seconds), np.int16), name, "made up")


class FakeClient:
    """Answers each clip by its name, or fails: an exception in the place of a text is raised."""

    def __init__(self, answers: dict[str, str | PortalError]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def transcribe(self, clip: Clip, parameters: Parameters | None = None) -> Transcript:
        self.asked.append(clip.name)
        answer = self.answers[clip.name]
        if isinstance(answer, PortalError):
            raise answer
        return Transcript((f" {answer}",), clip.name, clip.seconds, 0.5, "fake", parameters or {}, b"")


def fake_candidate(system: System, answers: dict[str, str | PortalError]) -> tuple[Candidate, FakeClient]:
    client = FakeClient(answers)
    return Candidate(system, cast("EndpointClient", client)), client

"""Endpoints that answer the commands as the test says."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from components.deployment.endpoints import EndpointSummary
from components.targets.target import Target
from components.whisper.models import find_model
from components.whisper.parameters import Parameters

URL = "http://127.0.0.1:1"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SPEECH = files("pytest_audioeval") / "samples" / "audio" / "en"
SAID = {"hello_world.wav": "Hello world.", "quick_brown_fox.wav": "The quick brown fox."}
HEARD = {"hello_world.wav": " Hello word.", "quick_brown_fox.wav": " The quick brown fox."}

Answer = Callable[[str, str], str]
"""What an endpoint (its name) transcribes of a clip (its name); or raises."""


class Account:
    """The endpoints of a target, and their answers."""

    def __init__(self) -> None:
        self.listings: list[list[EndpointSummary]] = [[endpoint("one"), endpoint("two", "whisper-tiny.en")]]
        self.answer: Answer = lambda _name, clip: HEARD[clip]
        self.sent: list[tuple[str, str, Parameters]] = []

    def listed(self, _target: Target) -> list[EndpointSummary]:
        return self.listings.pop(0) if len(self.listings) > 1 else self.listings[0]


def endpoint(
    name: str, model: str = "whisper-base", status: str = "InService", **more: Any
) -> EndpointSummary:
    return EndpointSummary(name, status, NOW, find_model(model), **more)


Outcome = tuple[int, str, str]
"""Of a command: exit code, standard output, standard error."""
Shell = Callable[..., Outcome]
"""Runs a command line."""
Measure = Callable[..., Outcome]
"""Runs `wer` or `latency` on these endpoints."""

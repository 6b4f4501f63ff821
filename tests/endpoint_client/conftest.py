from dataclasses import replace

import pytest

from components.audio.recording import Recording
from components.endpoint_client import long_transcription
from components.endpoint_client.retry import LONG_RECORDING
from tests.endpoint_client.hearing import talk


@pytest.fixture(scope="session")
def recording() -> Recording:
    """Four clips with long silence between them, so that each is a chunk."""
    return talk()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed chunk is sent again at once."""
    monkeypatch.setattr(long_transcription, "LONG_RECORDING", replace(LONG_RECORDING, pauses=(0.0, 0.0)))

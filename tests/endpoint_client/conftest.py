import pytest

from components.audio.recording import Recording
from components.endpoint_client import long_transcription
from tests.endpoint_client.hearing import talk


@pytest.fixture(scope="session")
def recording() -> Recording:
    """Four clips with long silence between them, so that each is a piece."""
    return talk()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed piece is sent again at once."""
    monkeypatch.setattr(long_transcription, "_PAUSES", (0.0, 0.0))

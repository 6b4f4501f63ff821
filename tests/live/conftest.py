import pytest

from components.live import microphone


@pytest.fixture(autouse=True)
def patient_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test takes, the line stands."""
    monkeypatch.setattr(microphone, "_BREAK", 600)

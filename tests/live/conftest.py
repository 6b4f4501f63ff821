import pytest

from components.live import frame_queue


@pytest.fixture(autouse=True)
def patient_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test takes, the line stands."""
    monkeypatch.setattr(frame_queue, "_BREAK", 600)

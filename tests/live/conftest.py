import pytest

from components.live import frame_queue


@pytest.fixture(autouse=True)
def no_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test takes, the connection is not interrupted."""
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 600)

import pytest

from components.core.settings import current_settings


def test_they_are_read_anew_only_where_one_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_READ_ONLY", "0")
    first = current_settings()
    assert current_settings() is first
    monkeypatch.delenv("PORTAL_READ_ONLY")
    # Their case does not matter.
    monkeypatch.setenv("portal_read_only", "1")
    assert current_settings().read_only
    monkeypatch.delenv("portal_read_only")
    assert not current_settings().read_only

"""Ctrl-C while a command is still being imported; what it does to a run is tested with the commands."""

from pathlib import Path

import pytest

from components.cli.interruption import run


@pytest.mark.parametrize(
    ("source", "code", "told"),
    [
        ("raise KeyboardInterrupt", 130, "Cancelled.\n"),
        ("def main():\n    return 1", 1, ""),
    ],
)
def test_ctrl_c_has_a_plain_answer_from_the_beginning(  # noqa: PLR0917
    source: str,
    code: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / f"made_up_command_{code}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    assert run(f"made_up_command_{code}") == code
    assert capsys.readouterr().err == told

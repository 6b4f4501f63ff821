"""Ctrl-C while a command is still being imported; what it does to a run is tested with the commands."""

import runpy
import sys

import pytest

from components.cli import commands
from tests.cli.account import Shell


def test_ctrl_c_during_the_imports_of_a_command(monkeypatch: pytest.MonkeyPatch, shell: Shell) -> None:
    def interrupted(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "import_module", interrupted)
    assert shell("wer", "--dataset", "small", "--endpoint", "one") == (130, "", "Cancelled.\n")


def test_ctrl_c_during_the_imports_of_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted:
        def __getattr__(self, _name: str) -> None:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "components.cli.commands", Interrupted())
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("components.cli", run_name="__main__")
    assert ended.value.code == 130
    assert capsys.readouterr().err == "Cancelled.\n"

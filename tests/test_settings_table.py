import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from components.core.settings import Settings
from tests import settings_table
from tests.settings_table import BEGIN, END, README, renewed, table

PROGRAM = [sys.executable, "-m", "tests.settings_table"]


class Few(BaseSettings):
    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    switch: bool = True
    """On | off,
    as one likes."""
    folder: Path = Path.home() / "data"
    """Where."""
    by_place: str = Field(default_factory=str)
    """Depends."""
    nothing: str | None = None
    """Unset."""


def test_a_row_has_variable_default_and_meaning() -> None:
    assert table(Few.model_fields).splitlines()[2:] == [
        "| `PORTAL_SWITCH` | `1` | On \\| off, as one likes. |",
        "| `PORTAL_FOLDER` | `~/data` | Where. |",
        "| `PORTAL_BY_PLACE` |  | Depends. |",
        "| `PORTAL_NOTHING` |  | Unset. |",
    ]


def test_a_setting_without_a_meaning_is_refused() -> None:
    class Silent(BaseSettings):
        silent: int = 1

    with pytest.raises(ValueError, match="PORTAL_SILENT"):
        table(Silent.model_fields)


def test_the_readme_has_every_setting_as_it_is() -> None:
    text = README.read_text()
    assert renewed(text) == text
    shown = re.findall(r"^\| `(PORTAL_\w+)` ", text, re.MULTILINE)
    assert shown == [f"PORTAL_{name.upper()}" for name in Settings.model_fields]


def test_every_variable_that_the_readme_speaks_of_exists() -> None:
    spoken = set(re.findall(r"\bPORTAL_[A-Z_]+", README.read_text()))
    assert spoken - {f"PORTAL_{name.upper()}" for name in Settings.model_fields} == set()


def test_only_what_is_between_the_marks_changes() -> None:
    text = f"before {BEGIN} old {END} after"
    new = renewed(text)
    assert new.startswith(f"before {BEGIN}\n| variable |")
    assert new.endswith(f"|\n{END} after")
    with pytest.raises(ValueError, match="no place"):
        renewed("nothing")


def test_the_check_fails_where_the_table_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\n")
    monkeypatch.setattr(settings_table, "README", readme)
    monkeypatch.setattr(sys, "argv", ["settings_table", "--check"])
    with pytest.raises(SystemExit, match=r"python -m tests\.settings_table"):
        settings_table.main()
    monkeypatch.setattr(sys, "argv", ["settings_table"])
    settings_table.main()
    assert "PORTAL_LOG_FORMAT" in readme.read_text()
    monkeypatch.setattr(sys, "argv", ["settings_table", "--check"])
    settings_table.main()


def test_the_command_says_nothing_where_all_is_well() -> None:
    done = subprocess.run(
        [*PROGRAM, "--check"], cwd=README.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

"""README's table of settings, made from the settings themselves.

`python -m tests.settings_table` writes it, `--check` only says whether it stands there as it should.
"""

import sys
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from components.core.settings import Settings
from tests.paths import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- settings: made by python -m tests.settings_table -->", "<!-- settings end -->"


def table(fields: dict[str, FieldInfo]) -> str:
    """One row a setting: its variable, default, and what its docstring says."""
    rows = [
        f"| `PORTAL_{name.upper()}` | {_default(field.default)} | {_meaning(name, field)} |"
        for name, field in fields.items()
    ]
    return "\n".join(["| variable | default | |", "|---|---|---|", *rows])


def renewed(text: str) -> str:
    """README with the table as it should be."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md has no place for the settings: {BEGIN} and {END} are missing.")
    return f"{before}{BEGIN}\n{table(Settings.model_fields)}\n{END}{after}"


def _default(value: Any) -> str:
    if isinstance(value, bool):
        value = int(value)
    text = str(value).replace(str(Path.home()), "~")
    # No default at all, or one that depends on where the portal runs: the meaning says which.
    return "" if value is None or text in {"", "PydanticUndefined"} else f"`{text}`"


def _meaning(name: str, field: FieldInfo) -> str:
    if not field.description:
        raise ValueError(f"PORTAL_{name.upper()} says nowhere what it means: its docstring is missing.")
    return " ".join(field.description.replace("|", "\\|").split())


def main() -> None:
    """Writes or checks the table."""
    text = README.read_text()
    if renewed(text) == text:
        return
    if "--check" in sys.argv[1:]:
        sys.exit(
            "README.md's settings are not those of components/core/settings.py: python -m tests.settings_table"
        )
    README.write_text(renewed(text))


if __name__ == "__main__":
    main()

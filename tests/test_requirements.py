"""The locks belong to the lists that they were made from; `make lock` mends a failure here."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.paths import ROOT

PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==([^ ;\\]+)", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str]]:
    """Package and version of every pin; a lock may hold two versions of a package, for two Pythons."""
    return set(PIN.findall((ROOT / name).read_text()))


@pytest.mark.parametrize(
    ("source", "lock"),
    [
        ("requirements.txt", "requirements.lock"),
        ("requirements-dev.txt", "requirements-dev.lock"),
        # The development environment runs the very versions that the portal runs with.
        ("requirements.lock", "requirements-dev.lock"),
    ],
)
def test_the_lock_holds_every_pin(source: str, lock: str) -> None:
    assert pins(source)
    assert pins(source) - pins(lock) == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_says_why(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+(\[.+\])?==\S+ +# \S.*", line)] == []


def imported_packages() -> set[str]:
    """Top-level names that the portal imports from elsewhere; boto3's stubs exist for type checkers only."""
    files = [ROOT / "app.py", *(ROOT / "components").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    own = {"components", "pages"} | sys.stdlib_module_names
    return {
        top for name in names if (top := name.split(".")[0]) not in own and not top.startswith("mypy_boto3")
    }


def test_every_imported_package_is_a_requirement() -> None:
    required = {name for name, _ in pins("requirements.txt")}
    carrier = packages_distributions()
    missing = {
        top
        for top in imported_packages()
        if not required & {name.lower().replace("_", "-") for name in carrier[top]}
    }
    assert missing == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_is_small_and_bound_to_no_registry(lock: str) -> None:
    assert {name for name, _ in pins(lock)} & {"torch", "tensorflow"} == set()
    assert "://" not in (ROOT / lock).read_text()

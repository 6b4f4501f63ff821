"""The portal writes into PORTAL_DATA_DIR and the temporary folder, and nowhere else.

Each process notes what Python opens for writing (recorder/sitecustomize.py); what libraries write by themselves shows
in the home and the project, as a file that was not there before. Bytecode is turned off here: `__pycache__` beside the
modules is Python's own, and PYTHONDONTWRITEBYTECODE=1 has it leave that.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from components.audio.decoding import Clip
from tests.benchmarks.many_users.tab import Tab
from tests.benchmarks.many_users.visitor import Visitor, spoken
from tests.e2e.conftest import running_portal
from tests.e2e.visitor import visiting
from tests.embedded_server import TINY_ENDPOINT, client, start, wait_until_in_service
from tests.paths import ROOT

DEVICES = ("/dev/", "/proc/")
OTHERS = {"tests", ".git", ".venv", "__pycache__", *(f".{tool}_cache" for tool in ("pytest", "mypy", "ruff"))}
"""What is in the project's folder without being the portal's."""


@dataclass(frozen=True)
class Computer:
    """One with a home of its own, on which is noted what is written."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def allowed(self) -> tuple[Path, Path]:
        return self.folder / "data", self.folder / "tmp"

    @property
    def noted(self) -> Path:
        return self.folder / "written"

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def written(self) -> list[str]:
        """Each way in which something was written, and what."""
        return [line for line in self.noted.read_text().splitlines() if line]

    def elsewhere(self) -> list[str]:
        """What was written where nothing may be."""
        places = (*map(str, self.allowed), *DEVICES)
        return [line for line in self.written() if not line.split("\t")[1].startswith(places)]


def files(folder: Path) -> set[str]:
    """What is below a folder."""
    found = set()
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in OTHERS]
        found |= {str(Path(place, name)) for name in names}
    return found


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Computer]:
    computer = Computer(tmp_path)
    for folder in (computer.home, *computer.allowed):
        folder.mkdir()
    for name in list(os.environ):
        if name.startswith(("XDG_", "AWS_", "HF_", "PORTAL_", "STREAMLIT_")):
            monkeypatch.delenv(name)
    for name, value in {
        "HOME": computer.home,
        "TMPDIR": computer.allowed[1],
        "PYTHONPATH": Path(__file__).with_name("recorder"),
        "PYTHONDONTWRITEBYTECODE": 1,
        "FILES_WRITTEN": computer.noted,
        "PORTAL_DATA_DIR": computer.allowed[0],
        "PORTAL_EMBEDDED_PORT": 0,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HF_ENDPOINT": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, str(value))
    project = files(ROOT)
    yield computer
    assert computer.elsewhere() == []
    assert files(computer.home) == set()
    assert files(ROOT) <= project


def test_the_pages_write_nowhere_else(computer: Computer) -> None:
    # What the portal writes depends on no browser.
    (clip,) = spoken(1)
    with running_portal(computer.folder) as url:
        for path in ("", "deploy"):
            with visiting(url) as visitor:
                visitor.run(path)
        guest = Visitor(clip, [clip])
        guest.arrive(url)
        guest.transcribe()
        guest.leave()
        assert guest.faults == []
        tab = Tab(lambda *_: None)
        tab.open(url, "compare", "view=Latency")
        tab.wait(lambda: tab.can_press("compare_start_latency"))
        tab.choose("number_input", "compare_latency_requests", double_value=1)
        tab.press("compare_start_latency")
        tab.wait(lambda: any(tab.elements("download_button")))
        tab.close()
    kept = [line for line in computer.written() if "runs.sqlite3" in line]
    assert kept, "what the run wrote was not noted"


def test_the_commands_write_nowhere_else(computer: Computer, fox: Clip) -> None:
    (computer.folder / "fox.wav").write_bytes(fox.wav())
    wer = ("wer", "--dataset", "small", "--first", "1", "--endpoint", TINY_ENDPOINT)
    with start() as server:
        wait_until_in_service(client("sagemaker", server.url), TINY_ENDPOINT)

        def told(*command: str) -> str:
            return computer.run("-m", "components.cli", *command, "--endpoint-url", server.url)

        assert "quick brown fox" in told("transcribe", str(computer.folder / "fox.wav"), *wer[-2:])
        assert TINY_ENDPOINT in told(*wer)
    assert any("runs.sqlite3" in line for line in computer.written())


def test_the_sagemaker_sdk_writes_nowhere_else(computer: Computer) -> None:
    # As the deploy page loads it; it may well want a home for its logs and its settings.
    computer.run(
        "-c", "from components.deployment import jumpstart; jumpstart._load_sdk(); jumpstart._defaults()"
    )
    assert computer.noted.exists()


def test_what_is_written_elsewhere_would_be_noted(computer: Computer) -> None:
    outside = computer.folder / "outside"
    computer.run("-c", f"import os; os.mkdir({str(outside)!r}); open({str(outside / 'a')!r}, 'w').close()")
    assert [line.split("\t")[:2] for line in computer.elsewhere()] == [
        ["os.mkdir", str(outside)],
        ["open", str(outside / "a")],
    ]
    computer.noted.write_text("")

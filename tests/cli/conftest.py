"""The command, with the test's endpoints in the place of real ones."""

import json
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from components.audio.decoding import Clip
from components.cli import endpoints as command_target
from components.cli import evaluate as command
from components.evaluation import systems
from components.evaluation.runs.run_store import RunStore
from components.targets.target import Target
from components.transcript.result import Transcript
from components.whisper.models import WhisperModel
from components.whisper.parameters import Parameters
from tests.cli.account import SAID, SPEECH, URL, Account, Measure


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()

    class Client:
        def __init__(self, _target: Target, name: str, _model: WhisperModel | None = None) -> None:
            self.name = name

        def transcribe(self, clip: Clip, parameters: Parameters | None = None) -> Transcript:
            account.sent.append((self.name, clip.name, dict(parameters or {})))
            text = account.answer(self.name, clip.name)
            return Transcript((text,), clip.name, clip.seconds, 0.5, self.name, parameters or {}, b"")

    monkeypatch.setattr(systems, "EndpointClient", Client)
    monkeypatch.setattr(command_target, "list_endpoints", account.listed)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    return account


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunStore:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))
    return RunStore(tmp_path / "data")


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    folder = tmp_path / "set"
    folder.mkdir()
    lines = [{"file": name, "text": text, "id": name} for name, text in SAID.items()]
    (folder / "manifest.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    for name in SAID:
        shutil.copy(str(SPEECH / name), folder)
    return str(folder)


@pytest.fixture
def measure(account: Account, store: RunStore, capsys: pytest.CaptureFixture[str]) -> Measure:
    """Runs the command: exit code, standard output, standard error."""

    def measure(*words: str, endpoints: Sequence[str] = ("one", "two")) -> tuple[int, str, str]:
        named = [part for name in endpoints for part in ("--endpoint", name)]
        code = command.main([*words, *named, "--endpoint-url", URL])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out, told.err

    return measure

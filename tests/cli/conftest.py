"""The commands, with the test's endpoints in the place of real ones."""

import json
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from components.audio.decoding import Clip
from components.cli import requested_endpoints, transcribe
from components.cli.commands import PROGRAM, app
from components.endpoint_client import EndpointClient
from components.endpoint_client.request_queue import OnQueuePosition
from components.evaluation import systems
from components.evaluation.runs.run_store import RunStore
from components.transcript.result import Transcript
from components.whisper.parameters import Parameters
from tests.cli.account import SAID, SPEECH, URL, Account, Measure, Outcome, Shell

# Fixtures of the rooms below, which pytest finds here by name.
from tests.deployment.conftest import aws, make, moto_url  # noqa: F401
from tests.evaluation.conftest import begin  # noqa: F401


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()

    class Client(EndpointClient):
        def transcribe(
            self,
            clip: Clip,
            parameters: Parameters | None = None,
            _on_queue_position: OnQueuePosition | None = None,
        ) -> Transcript:
            account.sent.append((self.endpoint_name, clip.name, dict(parameters or {})))
            text = account.answer(self.endpoint_name, clip.name)
            return Transcript(
                (text,), clip.name, clip.seconds, 0.5, self.endpoint_name, parameters or {}, b""
            )

    monkeypatch.setattr(systems, "EndpointClient", Client)
    monkeypatch.setattr(transcribe, "EndpointClient", Client)
    monkeypatch.setattr(requested_endpoints, "list_endpoints", account.listed)
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
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    def shell(*argv: object) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            app([*map(str, argv)], prog_name=PROGRAM)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return shell


@pytest.fixture
def measure(account: Account, store: RunStore, shell: Shell) -> Measure:
    def measure(*argv: str, endpoints: Sequence[str] = ("one", "two")) -> Outcome:
        named = [part for name in endpoints for part in ("--endpoint", name)]
        return shell(*argv, *named, "--endpoint-url", URL)

    return measure

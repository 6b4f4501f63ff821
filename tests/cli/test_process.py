"""`python -m components.cli` as one starts it, with the real embedded endpoint."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from components.evaluation.runs.records import RunStatus
from components.evaluation.runs.run_store import RunStore
from tests.paths import ROOT

SPEECH = files("pytest_audioeval") / "samples" / "audio" / "en"
COMMAND = [sys.executable, "-m", "components.cli"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A computer without AWS; the runs go to a folder of the test's."""
    nowhere = {name: str(tmp_path / "none") for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        **nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PORTAL_DATA_DIR": str(tmp_path / "data"),
    }


def start(environment: Mapping[str, str], *argv: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([*COMMAND, *argv], cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def test_two_models_are_deployed_for_the_run_and_measured(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    rows = ["file,text", "hello_world.wav,Hello world."]
    rows.append("quick_brown_fox.wav,The quick brown fox jumps over the lazy dog.")
    (folder / "manifest.csv").write_text("\n".join(rows))
    for name in ("hello_world.wav", "quick_brown_fox.wav"):
        shutil.copy(str(SPEECH / name), folder)
    argv = ("wer", "--endpoint", "whisper-base", "--endpoint", "whisper-tiny.en", "--dataset", str(folder))
    with start(environment, *argv, "--json") as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    found = json.loads(out)
    assert [system["endpoint"] for system in found["systems"]] == ["whisper-base", "whisper-tiny.en"]
    for system in found["systems"]:
        assert (system["wer"], system["wer_low"], system["wer_high"]) == (0.0, 0.0, 0.0)
        assert (system["reference_words"], system["failures"], system["utterances"]) == (11, 0, 2)
        assert 0 < system["real_time_factor"] < 10
    assert "1 of 4 requests" in err
    assert "POST /endpoints" not in err
    (run,) = RunStore(tmp_path / "data").runs()
    assert (run.status, run.id) == (RunStatus.DONE, found["run"])
    assert [system.model for system in run.systems] == ["whisper-base", "whisper-tiny.en"]


def test_ctrl_c_keeps_what_was_measured(
    environment: dict[str, str], tmp_path: Path, endpoint_url: str
) -> None:
    clip = str(SPEECH / "hello_world.wav")
    argv = ("latency", "--endpoint", "whisper-base", "--audio", clip, "--warm-up", "0", "--requests", "5000")
    with start(environment, *argv, "--json", "--endpoint-url", endpoint_url) as process:
        assert process.stderr
        for line in process.stderr:
            if "of 5000 requests; " in line:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    found = json.loads(out)
    (system,) = found["systems"]
    assert found["status"] == "cancelled"
    assert 1 <= system["requests"] < 5000
    assert system["mean"] > 0
    store = RunStore(tmp_path / "data")
    (run,) = store.runs()
    assert run.status is RunStatus.CANCELLED
    assert store.count(run.id) == system["requests"]


def test_transcribe_deploys_a_model_for_itself(environment: dict[str, str]) -> None:
    clip = str(SPEECH / "hello_world.wav")
    with start(
        environment, "transcribe", clip, "--endpoint", "whisper-tiny.en", "--format", "json"
    ) as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    content = json.loads(out)
    assert "hello" in content["text"].lower()
    assert content["endpoint"] == "whisper-tiny-en"
    assert "an endpoint on this computer is started" in err


def test_help_imports_nothing_heavy(environment: dict[str, str]) -> None:
    script = (
        "import sys\nfrom components.cli.commands import app\n"
        "try: app(['wer', '--help'])\n"
        "finally: print({'boto3', 'numpy', 'pydantic_settings', 'rich'} & sys.modules.keys(), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == "set()\n"

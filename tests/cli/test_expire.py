"""`expire`, as a cron job runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

from components.targets.target import Target
from tests.cli.account import Shell
from tests.deployment.account import FUTURE, PAST, Make, names

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "components.cli", "expire", "--region", "us-east-1"]


def test_what_has_expired_is_deleted(aws: Target, make: Make, shell: Shell) -> None:
    make("old", PAST)
    make("young", FUTURE)
    assert shell("expire", "--dry-run", "--region", "us-east-1")[:2] == (0, "old: expired, not deleted\n")
    assert names(aws) == ["old", "young"]
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "old: deleted endpoint old, endpoint configuration old, model old\n"
    assert names(aws) == ["young"]
    assert shell("expire")[:2] == (0, "Nothing has expired.\n")


def test_what_is_wrong_is_reported_without_a_traceback(
    aws: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shell: Shell
) -> None:
    with monkeypatch.context() as read_only:
        read_only.setenv("PORTAL_READ_ONLY", "1")
        code, out, err = shell("expire")
    assert (code, out) == (1, "")
    assert "read-only" in err
    code, _, err = shell("expire", "--profile", "nobody")
    assert code == 2
    assert "nobody" in err
    with monkeypatch.context() as wrong:
        wrong.setenv("PORTAL_QUEUE_SIZE", "x")
        code, _, err = shell("expire")
    assert code == 2
    assert "PORTAL_QUEUE_SIZE" in err
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, _, err = shell("expire")
    assert code == 2
    assert "no AWS credentials" in err

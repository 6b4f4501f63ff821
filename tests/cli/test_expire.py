"""`python -m components.cli expire`, as a cron job runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from components.targets.target import Target
from tests.deployment.account import FUTURE, PAST, Make, names
from tests.paths import ROOT


def expire(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "components.cli", "expire", *options]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False, timeout=120
    )


def test_from_a_shell(aws: Target, make: Make) -> None:
    make("old", PAST)
    make("young", FUTURE)
    dry = expire("--dry-run", "--region", "us-east-1")
    assert (dry.returncode, dry.stdout) == (0, "old: expired, not deleted\n")
    assert names(aws) == ["old", "young"]
    done = expire()
    assert done.stdout == "old: deleted endpoint old, endpoint configuration old, model old\n"
    assert names(aws) == ["young"]
    assert (expire().stdout, done.returncode) == ("Nothing has expired.\n", 0)


def test_from_a_shell_what_is_wrong_is_told_without_a_traceback(
    aws: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read_only = expire(PORTAL_READ_ONLY="1")
    assert (read_only.returncode, read_only.stdout) == (1, "")
    assert "read-only" in read_only.stderr
    unknown = expire("--profile", "nobody")
    assert unknown.returncode == 1
    assert "nobody" in unknown.stderr
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    nowhere = {"AWS_CONFIG_FILE": str(tmp_path / "a"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "b")}
    nobody = expire(AWS_EC2_METADATA_DISABLED="true", **nowhere)
    assert nobody.returncode == 1
    assert "no AWS credentials" in nobody.stderr
    wrong = expire(PORTAL_QUEUE_SIZE="x")
    assert wrong.returncode == 1
    assert "PORTAL_QUEUE_SIZE" in wrong.stderr
    assert "Traceback" not in wrong.stderr + read_only.stderr + unknown.stderr + nobody.stderr

"""Which portal this is."""

import shutil
import subprocess
from pathlib import Path

from components.core import versions
from components.core.settings import Settings


def test_the_commit_is_that_of_the_setting_or_of_the_checkout(tmp_path: Path) -> None:
    made_of = versions.portal_versions(Settings(commit="3ef3c8c"))
    assert made_of["Whisper Portal"].endswith(", commit 3ef3c8c")
    assert made_of["ctranslate2"][0].isdigit()
    assert versions._commit(tmp_path) is None
    _git(tmp_path, "init", "-q")
    _git(
        tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "first"
    )
    versions._commit.cache_clear()
    commit = versions._commit(tmp_path)
    assert commit
    assert _git(tmp_path, "rev-parse", "HEAD").startswith(commit)


def _git(folder: Path, *arguments: str) -> str:
    command = [str(shutil.which("git")), "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout

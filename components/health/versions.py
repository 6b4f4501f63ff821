"""Which portal this is, and what it is made of."""

import platform
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path

from components.core.settings import Settings
from components.core.versions import version_of

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("streamlit", "streamlit-webrtc", "boto3", "sagemaker", "faster-whisper", "ctranslate2", "av")


def versions(settings: Settings) -> dict[str, str]:
    """Names and versions; none of the packages is imported for it."""
    portal = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]["version"]
    commit = settings.commit or _commit(_ROOT)
    return {
        "Whisper Portal": f"{portal}, commit {commit}" if commit else portal,
        "Python": platform.python_version(),
        **{name: version_of(name) for name in _PACKAGES},
        "system": platform.platform(),
    }


@cache
def _commit(root: Path) -> str | None:
    """That of the checkout, with "-dirty" where files were changed since; None where there is none, or no git."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    command = [git, "-C", str(root), "describe", "--always", "--dirty", "--exclude", "*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no foreign input
    return done.stdout.strip() or None

"""The versions of the portal and of what it measures with: without them no figure can be reproduced."""

import os
import platform
import shutil
import subprocess
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from components.core.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_MEASURING = ("boto3", "faster-whisper", "ctranslate2", "jiwer", "whisper-normalizer", "av")
_PORTAL = ("streamlit", "streamlit-webrtc", "boto3", "sagemaker", "faster-whisper", "ctranslate2", "av")


def versions() -> dict[str, str]:
    """Names and versions of what measures; `processor` and `cores` are those of the computer."""
    return {
        "python": platform.python_version(),
        **_installed(*_MEASURING),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": str(os.cpu_count() or 0),
    }


def portal_versions(settings: Settings) -> dict[str, str]:
    """Names and versions of the portal and what it is made of; none of the packages is imported for it."""
    portal = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]["version"]
    commit = settings.commit or _commit(_ROOT)
    return {
        "Whisper Portal": f"{portal}, commit {commit}" if commit else portal,
        "Python": platform.python_version(),
        **_installed(*_PORTAL),
        "system": platform.platform(),
    }


def scoring() -> str:
    """What scores depend on beside the texts: figures that another version worked out are not to be used again."""
    return ", ".join(f"{name} {found}" for name, found in _installed("jiwer", "whisper-normalizer").items())


def _installed(*packages: str) -> dict[str, str]:
    def installed(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "unknown"

    return {package: installed(package) for package in packages}


def _processor(information: Path = Path("/proc/cpuinfo")) -> str:
    # platform.processor() is empty, or just "x86_64", on most Linux computers.
    lines = information.read_text(errors="replace").splitlines() if information.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


@cache
def _commit(root: Path) -> str | None:
    """That of the checkout, with "-dirty" where files were changed since; None where there is none, or no git."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    command = [git, "-C", str(root), "describe", "--always", "--dirty", "--exclude", "*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no foreign input
    return done.stdout.strip() or None

"""Which programs measured, on what: a figure without that can't be repeated."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("boto3", "faster-whisper", "ctranslate2", "jiwer", "whisper-normalizer", "av")


def versions() -> dict[str, str]:
    """Names and versions; `processor` and `cores` are those of the computer that measures."""
    return {
        "python": platform.python_version(),
        **{name: version_of(name) for name in _PACKAGES},
        "system": platform.platform(),
        "processor": _processor(),
        "cores": str(os.cpu_count() or 0),
    }


def scoring() -> str:
    """What scores depend on beside the texts: figures that another version worked out are not to be used again."""
    return ", ".join(f"{name} {version_of(name)}" for name in ("jiwer", "whisper-normalizer"))


def version_of(package: str) -> str:
    """The version of an installed package, which is not imported for it."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _processor(information: Path = Path("/proc/cpuinfo")) -> str:
    # platform.processor() is empty, or just "x86_64", on most Linux computers.
    lines = information.read_text(errors="replace").splitlines() if information.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()

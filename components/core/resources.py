"""Whether a model has room on this computer: on the disk, to be downloaded, and in memory, to be loaded."""

import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from components.core.errors import PortalError

LOADING_OVERHEAD = 300_000_000
"""Bytes of memory that loading takes at most beyond the size of model.bin.

Measured with CTranslate2 4.8, int8 on a CPU, model.bin in float16. From a folder: 129 MB beyond whisper-base's 145 MB,
31 MB beyond the 3087 MB of a network of large-v3's shape. Put together from two packages: 293 MB beyond whisper-base.
"""

_CGROUPS = Path("/sys/fs/cgroup")


class InsufficientResourcesError(PortalError):
    """This computer has not the room that a model needs."""


# A container sees its own group as the root, in version 2 of control groups or in version 1.
_ACCOUNTS = (
    ("memory.max", "memory.current", "active_file", "inactive_file"),
    (
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "total_active_file",
        "total_inactive_file",
    ),
)
"""Files of a control group: limit and use in bytes; and the entries of memory.stat that are cache within the use."""


def gigabytes(count: float, rounded: Callable[[float], int] = round) -> str:
    """Bytes as people read them: `3.1 GB` (10^9 bytes, as disks are sold and downloads are measured)."""
    return f"{rounded(count / 1e8) / 10:.1f} GB"


def free_disk(folder: Path) -> int:
    """Bytes that may be written to a folder, which need not exist yet: its nearest parent counts."""
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(existing).free


def available_memory(cgroups: Path = _CGROUPS) -> int:
    """Bytes of memory that this process can still take without swapping: the computer's, or those of its container.

    Cached files count as free, since they give way.
    """
    return min([psutil.virtual_memory().available, *_left_in_container(cgroups)])


def memory_to_load(download_bytes: int) -> int:
    """Bytes of memory that loading a model takes whose model.bin has that size."""
    return download_bytes + LOADING_OVERHEAD


def check_disk(needed: int, folder: Path) -> None:
    """Finds out whether that many bytes fit on the disk of a folder.

    Raises:
        InsufficientResourcesError: they don't.
    """
    free = free_disk(folder)
    if needed > free:
        raise InsufficientResourcesError(
            f"The download needs {gigabytes(needed, math.ceil)}, but only {gigabytes(free, math.floor)} are free "
            f"on the disk of {folder}.",
            "Free some, name a folder on a larger disk in PORTAL_DATA_DIR, or choose a smaller model.",
        )


def check_memory(needed: int) -> None:
    """Finds out whether that many bytes of memory are available.

    Raises:
        InsufficientResourcesError: they aren't.
    """
    available = available_memory()
    if needed > available:
        raise InsufficientResourcesError(
            f"Loading the model takes {gigabytes(needed, math.ceil)} of memory, but only "
            f"{gigabytes(available, math.floor)} are available.",
            "Close other programs, delete endpoints on this computer, give its container more memory, or choose a "
            "smaller model.",
        )


def _left_in_container(cgroups: Path) -> Iterator[int]:
    for limit_name, used_name, *cached in _ACCOUNTS:
        limit_file = cgroups / limit_name
        try:
            limit, used = limit_file.read_text().strip(), int((cgroups / used_name).read_text())
            stat = limit_file.with_name("memory.stat").read_text()
        except OSError:  # another version, or no container
            continue
        entries = dict(line.split() for line in stat.splitlines())
        if limit != "max":
            yield max(0, int(limit) - used + sum(int(entries.get(name, 0)) for name in cached))

"""`python -m components.local_endpoint`: serves Whisper on this computer until it is stopped."""

import os
import sys

_TUNABLES = "GLIBC_TUNABLES"
_MALLOC = "glibc.malloc."
_TUNED = "WHISPER_PORTAL_TUNED"
_WANTED = {"hugetlb": 1, "arena_max": 1, "mmap_threshold": 1 << 24, "trim_threshold": 1 << 24}


def _tune_memory() -> None:
    """Restarts this process, once, unless glibc allocates memory so: it reads its tunables at the start.

    In large pages, because the encoder takes and gives back 72 MB for the attention of each layer. In pages of 4 kB a
    third of its time went into that: it took 0.30 s for 30 s of audio instead of 0.19 s (whisper-base, int8, two
    cores). Where the system has no large pages, nothing changes.

    Out of one pool for all threads, since what is free in one thread's pool is of no use to another's; and what is
    larger than 16 MB, or more than that at the pool's end, goes back as soon as it is free. On two cores that made 465
    MB of 591 while four clients ask, three requests at work, and takes no longer.
    """
    tunables = os.environ.get(_TUNABLES, "")
    wanted = [f"{_MALLOC}{name}={value}" for name, value in _WANTED.items() if _MALLOC + name not in tunables]
    if sys.platform == "linux" and wanted and _TUNED not in os.environ:
        changed = {_TUNABLES: ":".join([tunables, *wanted]).lstrip(":"), _TUNED: "1"}
        command = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, command, os.environ | changed)  # noqa: S606 - this very command


if __name__ == "__main__":
    _tune_memory()
    from components.local_endpoint.serve import main

    main()

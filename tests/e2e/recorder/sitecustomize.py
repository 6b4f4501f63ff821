"""Put on PYTHONPATH: every Python process then notes in the file that FILES_WRITTEN names what it opens for writing.

Python's audit events tell of all that goes through the interpreter, whichever package does it.
"""

import os
import sys
from typing import Any

_LOG = os.open(os.environ["FILES_WRITTEN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGED = {
    "os.mkdir": slice(1),
    "os.truncate": slice(1),
    "os.chmod": slice(1),
    "os.utime": slice(1),
    "os.rename": slice(2),
    "os.link": slice(1, 2),
    "os.symlink": slice(1, 2),
    "sqlite3.connect": slice(1),
}
"""Which arguments of an event are paths of what is changed."""


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, _mode, flags = arguments
        paths: tuple[Any, ...] = (path,) if flags & _WRITING else ()
    else:
        paths = arguments[_CHANGED.get(event, slice(0))]
    for path in paths:
        # What is a number has been opened before.
        if isinstance(path, str | bytes | os.PathLike):
            whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - links are not followed
            os.write(_LOG, f"{event}\t{whole}\t{sys.argv[:1]}\n".encode())


sys.addaudithook(_note)

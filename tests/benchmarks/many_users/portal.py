"""A portal of its own with its embedded endpoint, each a process, and what they take of the computer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import psutil

from tests.e2e.conftest import running_portal

REMEMBERED = 10
"""Seconds for which a portal remembers a visitor whose connection is gone. Streamlit's default is 120."""


class Portal:
    """The running portal at `url`."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._log = folder / "portal.log"
        (self._server,) = [child for child in psutil.Process().children() if "streamlit" in child.cmdline()]

    @property
    def tracebacks(self) -> int:
        """How many exceptions its log tells."""
        return self._log.read_text().count("Traceback")

    def resources(self) -> dict[str, float]:
        """Megabytes in memory of both processes, and their threads."""
        (endpoint,) = [c for c in self._server.children() if "components.local_endpoint" in c.cmdline()]
        return {
            "portal MB": round(self._server.memory_info().rss / 2**20, 1),
            "endpoint MB": round(endpoint.memory_info().rss / 2**20, 1),
            "portal threads": self._server.num_threads(),
            "endpoint threads": endpoint.num_threads(),
        }


@contextmanager
def portal(folder: Path) -> Iterator[Portal]:
    """Starts one, on a computer without AWS."""
    with (
        patch.dict(os.environ, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=str(REMEMBERED)),
        running_portal(folder) as url,
    ):
        yield Portal(url, folder)

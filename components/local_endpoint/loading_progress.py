"""How far the loading of an endpoint has come."""

from collections.abc import Callable
from typing import NamedTuple


class LoadingProgress(NamedTuple):
    """A line for somebody who waits, and how much is done, from 0 to 1, where that can be told."""

    text: str
    fraction: float | None = None


Report = Callable[[LoadingProgress], None]
"""Is told how far the loading is. What it raises ends the loading."""

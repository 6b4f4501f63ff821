"""How far the loading of a model has come."""

from collections.abc import Callable
from typing import NamedTuple


class LoadingProgress(NamedTuple):
    """What is being done, and how much of it is, from 0 to 1, where that is known."""

    text: str
    fraction: float | None = None


Report = Callable[[LoadingProgress], None]
"""Called with the progress. What it raises ends the loading."""

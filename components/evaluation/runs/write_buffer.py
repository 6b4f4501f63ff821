"""Buffers measurements that can't be written yet: a disk that is full or locked for a while costs no run."""

from collections.abc import Callable, Mapping

from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Batch, Measurement
from components.evaluation.runs.run_store import RunNotFoundError, RunStore

OnTrouble = Callable[[StoreError | None], object]
"""Called with the reason why nothing can be written, and with None once it can again."""


class WriteBuffer:
    """Writes the measurements of a run as they come; what can't be written is retried with what follows."""

    def __init__(self, store: RunStore, run_id: str, on_trouble: OnTrouble) -> None:
        self._store = store
        self._run_id = run_id
        self._on_trouble = on_trouble
        self._is_in_trouble = False
        self._measurements: list[Measurement] = []
        self._seconds: dict[int, float] = {}

    def add(self, batch: Batch, seconds: Mapping[int, float]) -> None:
        """Writes a batch and what is buffered; `seconds` are lengths of items, by their numbers.

        Raises:
            RunNotFoundError: somebody has deleted the run.
        """
        self._measurements += batch
        self._seconds |= seconds
        try:
            self.write()
        except RunNotFoundError:
            raise
        except StoreError as error:
            self._is_in_trouble = True
            self._on_trouble(error)

    def write(self) -> None:
        """Writes what is buffered, even if that is nothing.

        Raises:
            StoreError: it still can't be written.
        """
        self._store.add(self._run_id, self._measurements, self._seconds)
        self._measurements, self._seconds = [], {}
        if self._is_in_trouble:
            self._is_in_trouble = False
            self._on_trouble(None)

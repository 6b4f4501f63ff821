"""One engine for each model, however many endpoints serve it."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Protocol
from weakref import WeakValueDictionary

from components.audio.decoding import Samples
from components.local_endpoint.loading_progress import Report
from components.whisper.models import WhisperModel


class Engine(Protocol):
    """What an endpoint needs of a loaded model."""

    @property
    def model(self) -> WhisperModel:
        """The model whose weights are loaded."""

    def transcribe(self, samples: Samples, values: Mapping[str, object]) -> list[str]:
        """The texts for at most 30 s of audio, best first; `values` are sound parameters."""


class EnginePool:
    """Loads engines and shares them.

    The pool itself keeps none alive: an engine and its memory are gone as soon as no endpoint and no running
    request holds it. Safe to use from several threads.
    """

    def __init__(self, load: Callable[[WhisperModel, Report], Engine]) -> None:
        self._load = load
        self._engines: WeakValueDictionary[str, Engine] = WeakValueDictionary()
        self._locks: dict[str, Lock] = {}

    def get(self, model: WhisperModel, report: Report) -> Engine:
        """The engine of that model, loaded if need be, which takes seconds to minutes.

        Raises:
            PortalError: the weights can't be had or can't be loaded. What `report` raises ends the loading.
        """
        with self._locks.setdefault(model.name, Lock()):
            engine = self._engines.get(model.name)
            if engine is None:
                engine = self._load(model, report)
                self._engines[model.name] = engine
            return engine

"""Work in a thread of its own, so that no page has to stay open for it."""

import logging
from abc import ABC, abstractmethod
from threading import Event, Thread

from components.core.errors import PortalError
from components.core.request_id import id_of

logger = logging.getLogger(__name__)


class BackgroundWork(ABC):
    """Something being done; `name` says what, as in "transcribing talk.mp3".

    It begins as soon as it is made, so a subclass calls this last. It has ended when `is_running` is false; `error`
    says why it failed, if it did.
    """

    def __init__(self, name: str) -> None:
        self.error: PortalError | None = None
        self._name = name
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    def wait(self, seconds: float | None = None) -> None:
        """Waits until it has ended, or for so long."""
        self._thread.join(seconds)

    @abstractmethod
    def _carry_out(self) -> None:
        """Does it; whatever it raises becomes `error`."""

    def _unforeseen(self, error: Exception) -> PortalError:
        """What a failure that nobody thought of is told as."""
        told = f"{self._name[0].upper()}{self._name[1:]} failed: {type(error).__name__}."
        return PortalError(told, "The portal's log says more.")

    def _run(self) -> None:
        try:
            self._carry_out()
        except PortalError as error:
            self.error = error
        except Exception as error:
            logger.exception("%s failed", self._name)
            self.error = self._unforeseen(error)
            self.error.request_id = id_of(error)


class CancellableWork(BackgroundWork):
    """Work that looks at `_cancelled` now and then, and ends early once that is set."""

    def __init__(self, name: str) -> None:
        self._cancelled = Event()
        super().__init__(name)

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has asked to stop it."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Has it stop soon; what it has by then stays."""
        self._cancelled.set()

"""Work in a thread of its own, so that no page has to stay open for it."""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from typing import ClassVar, Generic, Protocol, TypeVar, cast
from uuid import uuid4

from components.core.errors import PortalError
from components.core.request_id import id_of

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class Recorded(Protocol):
    """Audio that stays in memory with its work."""

    @property
    def bytes_kept(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class Retention:
    """How much of what has ended the registry keeps of all the kinds of work that share this rule; the oldest go."""

    most: int
    most_bytes: float = float("inf")
    """Of all their recordings."""


class BackgroundWork(ABC):
    """Something that runs in a daemon thread; `name` says what, as in "transcribing talk.mp3".

    It begins as soon as it is made, so a subclass calls this last. It has ended when `is_running` is false; `error`
    says why it failed, if it did. The registry finds it by `key`: what it is about, or `id`, which is its own.
    """

    retention: ClassVar[Retention] = Retention(100)
    """Outcomes are small, and stay until somebody has dismissed them."""

    def __init__(self, name: str, key: Hashable = None) -> None:
        self.id = uuid4().hex[:12]
        self.key = self.id if key is None else key
        self.started = datetime.now(UTC)
        self.error: PortalError | None = None
        self.following: BackgroundWork | None = None
        """What goes on with it; the registry sets it."""
        self._name = name
        self._ended_at: float | None = None
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    @property
    def age(self) -> float:
        """Seconds since it ended; 0 as long as it runs."""
        return time.monotonic() - self._ended_at if self._ended_at is not None and not self.is_running else 0

    @property
    def recordings(self) -> Sequence[Recorded]:
        """The audio that is in memory because of it."""
        return ()

    def wait(self, seconds: float | None = None) -> None:
        """Waits until it has ended, or for so long."""
        self._thread.join(seconds)

    @abstractmethod
    def _carry_out(self) -> None:
        """Does it; whatever it raises becomes `error`."""

    def _unforeseen(self, error: Exception) -> PortalError:
        """The error that stands for a failure that nobody thought of."""
        what = f"{self._name[0].upper()}{self._name[1:]} failed: {type(error).__name__}."
        return PortalError(what, "The portal's log says more.")

    def _run(self) -> None:
        try:
            self._carry_out()
        except PortalError as error:
            self.error = error
        except Exception as error:
            logger.exception("%s failed", self._name)
            self.error = self._unforeseen(error)
            self.error.request_id = id_of(error)
        self._ended_at = time.monotonic()


class Task(BackgroundWork, Generic[Result]):
    """A function that runs once; `value` is what it has returned, None as long as it has not."""

    def __init__(self, name: str, function: Callable[[], Result]) -> None:
        self.value: Result | None = None
        self._function = function
        super().__init__(name)

    def result(self) -> Result:
        """What the function returns, waited for if need be.

        Raises:
            PortalError: why it failed.
        """
        self.wait()
        if self.error:
            raise self.error
        return cast("Result", self.value)

    def _carry_out(self) -> None:
        self.value = self._function()


class CancellableWork(BackgroundWork):
    """Work that looks at `_cancelled` now and then, and ends early once that is set."""

    def __init__(self, name: str, key: Hashable = None) -> None:
        self._cancelled = Event()
        super().__init__(name, key)

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has cancelled it."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Has it stop soon; what it has by then stays."""
        self._cancelled.set()

"""Several recordings, one after another, in a thread of its own: one that fails spoils nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, Thread
from uuid import uuid4

from components.endpoint_client.client import EndpointClient
from components.endpoint_client.jobs import LongJob
from components.endpoint_client.long import LongRequest
from components.errors import PortalError
from components.parameters import Parameters
from components.recording import Recording


@dataclass(frozen=True, eq=False)
class SeveralFiles:
    """Files by name, each with its recording, or with why it is none."""

    entries: tuple[tuple[str, Recording | PortalError], ...]

    @property
    def recordings(self) -> list[Recording]:
        """Those that can be sent."""
        return [found for _, found in self.entries if isinstance(found, Recording)]


class Entry:
    """One file of a batch; `job` is None until its turn comes."""

    def __init__(self, name: str, found: Recording | PortalError) -> None:
        self.name = name
        self.recording = found if isinstance(found, Recording) else None
        self.job: LongJob | None = None
        self._fault = found if isinstance(found, PortalError) else None

    @property
    def error(self) -> PortalError | None:
        """Why it can't be sent, or could not be read to its end."""
        return self.job.error if self.job else self._fault


class Batch:
    """Files on their way through an endpoint. It may be looked at from any thread."""

    def __init__(
        self, client: EndpointClient, files: SeveralFiles, parameters: Parameters, at_once: int = 1
    ) -> None:
        self.id = uuid4().hex[:12]
        self.client = client
        self.entries: Sequence[Entry] = [Entry(*each) for each in files.entries]
        self._parameters = parameters
        self._at_once = at_once
        self._cancelled = Event()
        self._thread = Thread(target=self._run, name=f"batch {self.id}", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has asked to stop it."""
        return self._cancelled.is_set()

    @property
    def bytes_in_memory(self) -> int:
        """Of all its recordings."""
        return sum(entry.recording.bytes_in_memory for entry in self.entries if entry.recording)

    def cancel(self) -> None:
        """Has nothing more sent; what was heard stays."""
        self._cancelled.set()
        for entry in self.entries:
            if entry.job:
                entry.job.cancel()

    def wait(self) -> None:
        """Waits until it has ended."""
        self._thread.join()

    def _run(self) -> None:
        for entry in self.entries:
            if entry.recording is None:
                continue
            if self.is_cancelled:
                return
            entry.job = LongJob(self.client, LongRequest(entry.recording, self._parameters, self._at_once))
            if self.is_cancelled:
                entry.job.cancel()
            entry.job.wait()

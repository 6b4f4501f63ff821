"""Several recordings, one after another: one that fails spoils nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from components.audio.recording import Recording
from components.core.background_work import CancellableWork, Retention
from components.core.errors import PortalError
from components.endpoint_client.client import EndpointClient
from components.endpoint_client.long_job import TRANSCRIPTIONS, LongJob
from components.endpoint_client.long_request import LongRequest
from components.whisper.parameters import Parameters


@dataclass(frozen=True, eq=False)
class SeveralFiles:
    """Files by name, each with its recording, or with why it is none."""

    entries: tuple[tuple[str, Recording | PortalError], ...]

    @property
    def recordings(self) -> list[Recording]:
        """Those that can be sent."""
        return [found for _, found in self.entries if isinstance(found, Recording)]

    def requests(self, parameters: Parameters, at_once: int = 1) -> "list[BatchItem]":
        """What a batch has to do for them."""
        return [
            BatchItem(
                name, LongRequest(found, parameters, at_once) if isinstance(found, Recording) else found
            )
            for name, found in self.entries
        ]


class BatchItem:
    """One file of a batch: what is asked for it, or why it can't be sent.

    `request` is None where it can't be sent. `job` is None until its turn comes; in another try it is then still that
    of the last one.
    """

    def __init__(self, name: str, what: LongRequest | PortalError, job: LongJob | None = None) -> None:
        self.name = name
        self.job = job
        self._what = what
        self.request = what if isinstance(what, LongRequest) else None
        self.is_waiting = self.request is not None

    @property
    def error(self) -> PortalError | None:
        """Why it can't be sent, or could not be read to its end."""
        if self.job:
            return self.job.error
        return self._what if isinstance(self._what, PortalError) else None

    @property
    def is_worth_another_try(self) -> bool:
        """Whether something of it is missing that may be there to be had."""
        return self.job.is_worth_another_try if self.job else self.request is not None

    @property
    def has_loops(self) -> bool:
        """Whether something of it repeats itself that other parameters may keep from it."""
        return self.job is not None and self.job.has_loops

    def again(self, *, against_loops: bool) -> "BatchItem":
        """The same, with what was heard, to have the rest transcribed, or what repeats itself once more."""
        what = self.job.another_try(against_loops=against_loops) if self.job else self._what
        following = BatchItem(self.name, what, self.job)
        following.is_waiting = self.has_loops if against_loops else self.is_worth_another_try
        return following


class Batch(CancellableWork):
    """Files on their way through an endpoint. It may be looked at from any thread.

    Cancelled it sends nothing more; what was heard stays.
    """

    retention: ClassVar[Retention] = TRANSCRIPTIONS

    def __init__(self, client: EndpointClient, entries: Iterable[BatchItem]) -> None:
        self.client = client
        self.entries = list(entries)
        super().__init__(f"transcribing {len(self.entries)} files")

    @property
    def recordings(self) -> list[Recording]:
        """Of all its files."""
        return [entry.request.recording for entry in self.entries if entry.request]

    def cancel(self) -> None:
        """Has nothing more sent; what was heard stays."""
        super().cancel()
        for entry in self.entries:
            if entry.job:
                entry.job.cancel()

    def again(self) -> "Batch":
        """Begins to transcribe what is missing."""
        return Batch(self.client, [entry.again(against_loops=False) for entry in self.entries])

    def again_without_loops(self) -> "Batch":
        """Begins to transcribe once more what repeats itself."""
        return Batch(self.client, [entry.again(against_loops=True) for entry in self.entries])

    def _carry_out(self) -> None:
        for entry in self.entries:
            if entry.request is None or not entry.is_waiting:
                continue
            if self.is_cancelled:
                return
            entry.job = LongJob(self.client, entry.request)
            entry.is_waiting = False
            if self.is_cancelled:
                entry.job.cancel()
            entry.job.wait()

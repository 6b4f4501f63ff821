"""Long transcriptions under way: each in a thread of its own, so that no page has to stay open for it."""

import logging
from collections.abc import Sequence
from threading import Event, Lock, Thread
from uuid import uuid4

from components.endpoint_client.client import EndpointClient
from components.endpoint_client.long import LongRequest, LongTranscription
from components.errors import PortalError
from components.long_transcript import HeardPiece, LongTranscript

logger = logging.getLogger(__name__)

_MOST_KEPT, _MOST_BYTES = 20, 500_000_000
"""Jobs that have ended and can still be looked at, and the bytes of all recordings that are kept for them."""


class LongJob:
    """One recording on its way through an endpoint. `error` says why it could not be read to its end, if so."""

    def __init__(self, client: EndpointClient, request: LongRequest) -> None:
        self.id = uuid4().hex[:12]
        self.client = client
        self.request = request
        self.error: PortalError | None = None
        self._cancelled = Event()
        self._transcription = LongTranscription(client, request)
        self._thread = Thread(target=self._run, name=f"transcribing {self.id}", daemon=True)
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
    def transcript(self) -> LongTranscript:
        """What has been heard until now."""
        return self._transcription.transcript

    @property
    def heard_until(self) -> float:
        """Up to which second of the recording something has been heard."""
        return self._transcription.heard_until

    def cancel(self) -> None:
        """Has nothing more sent; what was heard stays."""
        self._cancelled.set()

    def wait(self) -> None:
        """Waits until it has ended."""
        self._thread.join()

    def _run(self) -> None:
        try:
            for _ in self._transcription.carry_out(self._cancelled):
                pass
        except PortalError as error:
            self.error = error
        except Exception as error:
            logger.exception("transcribing %s failed", self.id)
            self.error = PortalError(
                f"Transcribing failed: {type(error).__name__}.", "The portal's log says more."
            )


class LongJobs:
    """The long transcriptions of this portal, for whoever knows their ids. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._jobs: dict[str, LongJob] = {}

    def start(self, client: EndpointClient, request: LongRequest) -> LongJob:
        """Begins to transcribe."""
        job = LongJob(client, request)
        with self._lock:
            self._forget_oldest()
            self._jobs[job.id] = job
        return job

    def _forget_oldest(self) -> None:
        ended = [job for job in self._jobs.values() if not job.is_running]
        kept = sum(job.request.recording.bytes_in_memory for job in ended)
        while ended and (len(ended) > _MOST_KEPT or kept > _MOST_BYTES):
            oldest = ended.pop(0)
            kept -= oldest.request.recording.bytes_in_memory
            del self._jobs[oldest.id]

    def start_again(self, job: LongJob) -> LongJob:
        """Sends what failed or was never sent; what was heard is kept."""
        known: Sequence[HeardPiece] = job.transcript.pieces
        request = LongRequest(job.request.recording, job.request.parameters, job.request.at_once, known)
        return self.start(job.client, request)

    def find(self, job_id: str) -> LongJob | None:
        """The job of that id, if it is this portal's and not long over."""
        with self._lock:
            return self._jobs.get(job_id)

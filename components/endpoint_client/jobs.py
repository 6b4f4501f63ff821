"""Long transcriptions under way: each in a thread of its own, so that no page has to stay open for it."""

import logging
from threading import Event, Thread
from uuid import uuid4

from components.endpoint_client.client import EndpointClient
from components.endpoint_client.kept import Kept
from components.endpoint_client.long import LongRequest, LongTranscription
from components.errors import PortalError
from components.long_transcript import LongTranscript

logger = logging.getLogger(__name__)


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
    def bytes_in_memory(self) -> int:
        """Of its recording."""
        return self.request.recording.bytes_in_memory

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
        self._kept = Kept[LongJob]()

    def start(self, client: EndpointClient, request: LongRequest) -> LongJob:
        """Begins to transcribe."""
        return self._kept.add(LongJob(client, request))

    def start_again(self, job: LongJob) -> LongJob:
        """Sends what failed or was never sent; what was heard is kept."""
        known = job.transcript.pieces
        request = LongRequest(job.request.recording, job.request.parameters, job.request.at_once, known)
        return self.start(job.client, request)

    def find(self, job_id: str) -> LongJob | None:
        """The job of that id, if it is this portal's and not long over."""
        return self._kept.find(job_id)

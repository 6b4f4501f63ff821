"""A clip on its way to an endpoint, so that no page has to stay open for it."""

from typing import ClassVar

from components.audio.decoding import Clip
from components.core.background_work import CancellableWork, Retention
from components.endpoint_client.client import EndpointClient
from components.endpoint_client.request_queue import WithdrawnError
from components.transcript.result import Transcript
from components.whisper.parameters import Parameters


class ClipJob(CancellableWork):
    """One request with one clip. It ends with a `transcript`, with an `error`, or with neither where it was cancelled.

    It can be cancelled as long as it waits in the queue; a request that was sent can't be taken back.
    """

    retention: ClassVar[Retention] = Retention(100, 100_000_000)

    def __init__(self, client: EndpointClient, clip: Clip, parameters: Parameters) -> None:
        self.client = client
        self.clip = clip
        self.parameters = dict(parameters)
        self.transcript: Transcript | None = None
        super().__init__(f"transcribing {clip.name}")

    @property
    def recordings(self) -> list[Clip]:
        """The clip."""
        return [self.clip]

    def _carry_out(self) -> None:
        try:
            self.transcript = self.client.transcribe(self.clip, self.parameters, self._go_on)
        except WithdrawnError:
            return

    def _go_on(self, _place: int) -> None:
        """Leaves the queue where it was cancelled."""
        if self.is_cancelled:
            raise WithdrawnError

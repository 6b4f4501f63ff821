"""Long transcriptions under way, so that no page has to stay open for them."""

from dataclasses import replace
from functools import cached_property
from typing import ClassVar

from components.audio.recording import Recording
from components.core.background_work import CancellableWork, Retention
from components.endpoint_client.client import EndpointClient
from components.endpoint_client.long_request import LongRequest, may_end_loops
from components.endpoint_client.long_transcription import LongTranscription
from components.transcript.long_transcript import LongTranscript

TRANSCRIPTIONS = Retention(20, 500_000_000)
"""Of long recordings, several files and live sessions together."""


class LongJob(CancellableWork):
    """One recording on its way through an endpoint. `error` says why it could not be read to its end, if so.

    Cancelled it sends nothing more; what was heard stays.
    """

    retention: ClassVar[Retention] = TRANSCRIPTIONS

    def __init__(self, client: EndpointClient, request: LongRequest) -> None:
        self.client = client
        self.request = request
        self._transcription = LongTranscription(client, request)
        super().__init__(f"transcribing {request.recording.name}")

    @property
    def transcript(self) -> LongTranscript:
        """What has been heard until now."""
        return self._transcription.transcript if self.is_running else self._whole_transcript

    @property
    def recordings(self) -> list[Recording]:
        """The one that it hears."""
        return [self.request.recording]

    @property
    def heard_until(self) -> float:
        """Up to which second of the recording something has been heard."""
        return self._transcription.heard_until

    @property
    def is_whole(self) -> bool:
        """Whether it is over, and nothing is missing."""
        return not self.is_running and self.error is None and self.transcript.is_whole

    @property
    def is_worth_another_try(self) -> bool:
        """Whether it is over, and something is missing that may be there to be had."""
        if self.is_running:
            return False
        is_rest_there = self.transcript.unsent_from is not None and self.error is None
        return is_rest_there or bool(self.transcript.gaps)

    @property
    def has_loops(self) -> bool:
        """Whether it is over, and something repeats itself that other parameters may keep from it."""
        return not self.is_running and self.transcript.has_loops and may_end_loops(self.request.parameters)

    def another_try(self, *, against_loops: bool) -> LongRequest:
        """What failed or was never sent, or what repeats itself, with parameters against that; the rest is kept."""
        return replace(self.request, earlier=self.transcript, against_loops=against_loops)

    def again(self) -> "LongJob":
        """Begins to transcribe what failed or was never sent."""
        return LongJob(self.client, self.another_try(against_loops=False))

    def again_without_loops(self) -> "LongJob":
        """Begins to transcribe once more what repeats itself."""
        return LongJob(self.client, self.another_try(against_loops=True))

    @cached_property
    def _whole_transcript(self) -> LongTranscript:
        # Kept: its sentences are worked out once, and not whenever somebody looks at it.
        return self._transcription.transcript

    def _carry_out(self) -> None:
        for _ in self._transcription.carry_out(self._cancelled):
            pass

"""Requests to one endpoint: a clip of at most 30 s and parameters in, a transcript out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime.type_defs import ResponseMetadataTypeDef

from components.audio.decoding import Clip
from components.core.errors import (
    AudioTooLongError,
    ExpiredCredentialsError,
    RequestTooLargeError,
    UnexpectedReplyError,
)
from components.core.request_id import current_id, new_id
from components.endpoint_client.call_log import noted
from components.endpoint_client.request_queue import OnQueuePosition, RequestQueue, Ticket
from components.targets.aws_errors import explained
from components.targets.target import Target, forget_clients
from components.transcript.result import Transcript
from components.whisper.contract import (
    JSON,
    MAX_AUDIO_SECONDS,
    MAX_BODY_BYTES,
    Request,
    decode_reply,
    encode_request,
)
from components.whisper.models import WhisperModel
from components.whisper.parameter_rules import InvalidParametersError, problems
from components.whisper.parameters import Parameters


def check_length(clip: Clip) -> None:
    """Lets a clip pass that the endpoint hears whole.

    Raises:
        AudioTooLongError: it is longer than the 30 s that the endpoint hears.
    """
    if clip.seconds > MAX_AUDIO_SECONDS:
        raise AudioTooLongError(
            f"{clip.name} lasts {clip.seconds:.1f} s, but the endpoint hears only the first "
            f"{MAX_AUDIO_SECONDS:.0f} s.",
            f"Cut it into chunks of at most {MAX_AUDIO_SECONDS:.0f} s, or have it transcribed by "
            "`python -m components.cli transcribe`, which does that.",
        )


class EndpointClient:
    """Sends clips to one endpoint of one target.

    `model` sharpens the check of the parameters; without it the rules that hold for every Whisper model apply.
    With a `queue` requests wait there for their turn, whoever sends them; without it each is sent at once. Safe to use
    from several threads.
    """

    def __init__(
        self,
        target: Target,
        endpoint_name: str,
        model: WhisperModel | None = None,
        queue: RequestQueue | None = None,
    ) -> None:
        self.target = target
        self.endpoint_name = endpoint_name
        self.model = model
        self._queue = queue
        self._ticket = Ticket()

    @property
    def queue_position(self) -> int | None:
        """The position of its next request in the queue, 1 being next; None where none waits."""
        return self._queue.position(self._ticket) if self._queue else None

    def check(self, parameters: Parameters) -> None:
        """Lets parameters pass that the container takes.

        Raises:
            InvalidParametersError: it would refuse them.
        """
        findings = problems(parameters, self.model)
        if findings:
            raise InvalidParametersError(findings)

    def prepare(self, clip: Clip, parameters: Parameters) -> Request:
        """The request that `transcribe` would send.

        Raises:
            AudioTooLongError: the clip is longer than the 30 s that the endpoint hears.
            InvalidParametersError: the container would refuse the parameters.
            RequestTooLargeError: the body is beyond SageMaker's limit.
        """
        check_length(clip)
        self.check(parameters)
        request = encode_request(clip.wav(), parameters)
        if len(request.body) > MAX_BODY_BYTES:
            raise RequestTooLargeError(
                f"The request has {len(request.body):,} bytes, but SageMaker takes {MAX_BODY_BYTES:,}.",
                "Send a shorter clip.",
            )
        return request

    def transcribe(
        self,
        clip: Clip,
        parameters: Parameters | None = None,
        on_queue_position: OnQueuePosition | None = None,
    ) -> Transcript:
        """Has the endpoint transcribe (or translate) one clip of at most 30 s.

        `on_queue_position` is called about twice a second while the request waits; what it raises ends the waiting.

        Raises:
            PortalError: what `prepare` raises, nothing being sent then, or one of the `EndpointError`s.
        """
        parameters = dict(parameters or {})
        request = self.prepare(clip, parameters)

        def send() -> Transcript:
            return self._send(request, clip, parameters)

        return self._queue.send(self._ticket, send, on_queue_position) if self._queue else send()

    def _send(self, request: Request, clip: Clip, parameters: Parameters) -> Transcript:
        try:
            with noted(self.target, self.endpoint_name, request) as call:
                body, metadata = self._invoke(request)
                call.answered(metadata)
                texts = self._texts(body)
        except ExpiredCredentialsError:
            # Clients keep the credentials that they were made with: those made next find the renewed ones.
            forget_clients()
            raise
        return Transcript(
            texts=texts,
            clip_name=clip.name,
            audio_seconds=clip.seconds,
            request_seconds=call.seconds,
            endpoint_name=self.endpoint_name,
            parameters=parameters,
            reply=body,
            request_id=call.aws_id,
            retries=call.retries,
        )

    def _invoke(self, request: Request) -> tuple[bytes, "ResponseMetadataTypeDef"]:
        with explained(self.endpoint_name, invoking=True):
            answer = self.target.runtime().invoke_endpoint(
                EndpointName=self.endpoint_name,
                ContentType=request.content_type,
                Accept=JSON,
                Body=request.body,
                # The embedded endpoint logs it, SageMaker writes it into what an endpoint's data capture keeps.
                InferenceId=current_id() or new_id(),
            )
            return answer["Body"].read(), answer["ResponseMetadata"]

    def _texts(self, body: bytes) -> tuple[str, ...]:
        try:
            return tuple(decode_reply(body))
        except (ValueError, RecursionError) as error:
            raise UnexpectedReplyError(
                f"{self.endpoint_name} answered, but not as a Whisper endpoint does: {error}.",
                "Check that this endpoint serves a Whisper model of JumpStart.",
            ) from error

"""The errors that the portal shows: each says what happened, and what to do next.

PortalError
├── UnreadableAudioError, AudioTooLongError, ReadOnlyError
└── EndpointError: a request to an endpoint, or to AWS about one, failed
    ├── EndpointNotFoundError, EndpointNotReadyError, EndpointUnreachableError
    ├── ThrottledError, RequestTimedOutError, ModelFailedError
    ├── RequestRejectedError, RequestTooLargeError, UnexpectedReplyError
    ├── NoCredentialsError, ExpiredCredentialsError, ClockSkewError, AccessDeniedError
    ├── ResourceLimitError, DeploymentError
    └── AwsError: any other refusal

Rooms that raise errors of their own derive them from these, beside the code that raises them: InvalidParametersError
in `whisper.parameter_rules`, for one. Which errors are worth a retry stands in `endpoint_client.retry`.
"""

from typing import ClassVar


class PortalError(Exception):
    """Base of all errors that are meant for the user.

    `what` is one sentence on what happened, `advice` one on what to do; `str()` gives both. What others have said may
    stand in the first: `redact`, which `components/__init__.py` sets, hides secrets in it. `request_id` is the id under
    which the log tells more, where it does.
    """

    redact: "ClassVar[staticmethod[[str], str]]" = staticmethod(str)

    def __init__(self, what: str, advice: str, request_id: str | None = None) -> None:
        self.what = self.redact(what)
        self.advice = advice
        self.request_id = request_id
        super().__init__(self.what, advice)

    def __str__(self) -> str:
        """What happened and what to do, as both stand now."""
        return f"{self.what} {self.advice}"


class UnreadableAudioError(PortalError):
    """The bytes are no audio, or hold none."""


class AudioTooLongError(PortalError):
    """The audio is longer than what the endpoint hears."""


class ReadOnlyError(PortalError):
    """This portal only tries out what is there."""

    def __init__(self) -> None:
        super().__init__(
            "This portal is read-only: it deploys, changes and deletes nothing.",
            "Ask whoever runs it, or start one of your own without PORTAL_READ_ONLY.",
        )


class EndpointError(PortalError):
    """Base of what can go wrong with a request; `request_id` is AWS's, or the portal's where nobody answered."""


class EndpointNotFoundError(EndpointError):
    """No endpoint of that name, or not in service."""


class EndpointNotReadyError(EndpointError):
    """The endpoint exists but can't answer now (ServiceUnavailable, ModelNotReadyException)."""


class ThrottledError(EndpointError):
    """Too many requests at once, also after the retries."""


class RequestRejectedError(EndpointError):
    """The container refused the request (ModelError with a 4xx status)."""


class RequestTooLargeError(EndpointError):
    """The request's body is beyond the limit of SageMaker or of the container (413)."""


class ModelFailedError(EndpointError):
    """The container failed at a sound request (ModelError with a 5xx status)."""


class RequestTimedOutError(EndpointError):
    """No answer within the 60 s that SageMaker gives an invocation."""


class EndpointUnreachableError(EndpointError):
    """No connection to the target, or it broke off."""


class NoCredentialsError(EndpointError):
    """There are no AWS credentials, or not whole ones."""


class ExpiredCredentialsError(EndpointError):
    """The AWS credentials are no longer valid, or never were."""


class ClockSkewError(EndpointError):
    """AWS refuses every signature, since this computer's clock is wrong."""


class AccessDeniedError(EndpointError):
    """AWS refuses the call to this identity."""


class ResourceLimitError(EndpointError):
    """A quota of the AWS account does not allow it (ResourceLimitExceeded)."""


class DeploymentError(EndpointError):
    """The deployment can't be carried out, for a reason that AWS does not give as an error of its own."""


class UnexpectedReplyError(EndpointError):
    """The answer is not what a Whisper endpoint sends."""


class AwsError(EndpointError):
    """Any other refusal by AWS."""

"""Turns every failure of boto3 into one typed error with advice."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from components.core import errors
from components.core.request_id import id_of

logger = logging.getLogger(__name__)
# A command that sets up no log tells failures itself: Python is not to write them on its screen as well.
logger.addHandler(logging.NullHandler())

FAILURES = (boto.BotoCoreError, boto.ClientError, ResponseParserError)
"""All that a call of boto3 raises; the last is for answers that are not AWS's, such as a proxy's page."""

Failure = boto.BotoCoreError | boto.ClientError | ResponseParserError

_TRY_LATER = "Wait a moment and try again."
_RENEW = "Renew them (for example with `aws sso login`), then try again."


@dataclass(frozen=True)
class _Case:
    """One kind of failure; `what` may use {name} (the endpoint) and {message} (what AWS or boto3 said)."""

    kind: type[errors.EndpointError]
    what: str
    advice: str

    def error(self, name: str, message: str, request_id: str | None = None) -> errors.EndpointError:
        return self.kind(self.what.format(name=name, message=message.rstrip(". ")), self.advice, request_id)


_NOT_FOUND = _Case(
    errors.EndpointNotFoundError,
    "{name} can't be invoked: {message}.",
    "Choose an endpoint that is InService; it may have been deleted, or be in another region.",
)
_NOT_READY = _Case(
    errors.EndpointNotReadyError,
    "{name} is not ready: {message}.",
    "Give it a minute to start, then try again.",
)
_THROTTLED = _Case(
    errors.ThrottledError,
    "{name} has too many requests at once: {message}.",
    f"{_TRY_LATER} If an endpoint stays so, give it more instances.",
)
_BAD_CREDENTIALS = _Case(
    errors.ExpiredCredentialsError, "The AWS credentials are not accepted: {message}.", _RENEW
)
_CLOCK_SKEW = _Case(
    errors.ClockSkewError,
    "AWS refused the request, since this computer's clock is wrong: {message}.",
    "Set the clock right (most systems do it by themselves, see `timedatectl`), then try again.",
)
_DENIED = _Case(
    errors.AccessDeniedError,
    "AWS does not allow this identity to use {name}: {message}.",
    "Ask the account's administrator for the permission that the message names.",
)
_TOO_LARGE = _Case(
    errors.RequestTooLargeError, "{name} refused the request as too large: {message}.", "Send a shorter clip."
)
_REJECTED = _Case(
    errors.RequestRejectedError,
    "{name} refused the request: {message}.",
    "Change the audio or the parameters.",
)
_TIMED_OUT = _Case(
    errors.RequestTimedOutError,
    "{name} gave no answer within 60 seconds.",
    "Send a shorter clip, use fewer beams, or choose a faster instance.",
)
_FAILED = _Case(errors.ModelFailedError, "{name} failed at the request: {message}.", _TRY_LATER)
_REFUSED = _Case(
    errors.DeploymentError,
    "AWS refused what was to be done with {name}: {message}.",
    "Change what the message speaks of, then try again.",
)
_LIMIT = _Case(
    errors.ResourceLimitError,
    "The account's quotas do not allow {name}: {message}.",
    "Ask for a higher value in the AWS console (Service Quotas, Amazon SageMaker), or choose another instance type.",
)
_OTHER = _Case(
    errors.AwsError,
    "The request to {name} failed: {message}.",
    "Try again; if it stays so, look the message up in AWS's documentation.",
)

_CODES = {
    _NOT_FOUND: "ValidationError ValidationException",
    # Where the answer has no code, boto3 gives its status.
    _NOT_READY: "ServiceUnavailable ServiceUnavailableException ModelNotReadyException 502 503 504",
    _THROTTLED: "ThrottlingException Throttling TooManyRequestsException RequestLimitExceeded",
    _BAD_CREDENTIALS: "ExpiredToken ExpiredTokenException UnrecognizedClientException InvalidClientTokenId "
    "InvalidAccessKeyId InvalidSignatureException SignatureDoesNotMatch AuthFailure",
    _CLOCK_SKEW: "RequestExpired RequestTimeTooSkewed",
    _DENIED: "AccessDenied AccessDeniedException UnauthorizedOperation",
    _LIMIT: "ResourceLimitExceeded",
    _TOO_LARGE: "413",
    _FAILED: "500 InternalFailure InternalServerException InternalDependencyException",
}
_BY_CODE = {code: case for case, codes in _CODES.items() for code in codes.split()}

_TELLS_TIMES = ("Signature expired", "Signature not yet current")
"""What tells a refused signature from a wrong secret key, which has the same code."""

# In order: the first kind that fits counts.
_BY_EXCEPTION: tuple[tuple[tuple[type[Exception], ...], _Case], ...] = (
    (
        (boto.NoCredentialsError, boto.PartialCredentialsError, boto.ProfileNotFound, boto.NoRegionError),
        _Case(
            errors.NoCredentialsError,
            "AWS is not set up: {message}.",
            "Run `aws configure`, or set AWS_PROFILE and AWS_DEFAULT_REGION, then start the portal again.",
        ),
    ),
    (
        (boto.CredentialRetrievalError, boto.SSOError, boto.TokenRetrievalError, boto.LoginError),
        _BAD_CREDENTIALS,
    ),
    (
        (boto.HTTPClientError, boto.ConnectionError),
        _Case(
            errors.EndpointUnreachableError,
            "{name} can't be reached: {message}.",
            "Check the network and that the target is running, then try again.",
        ),
    ),
    (
        (ResponseParserError,),
        _Case(
            errors.UnexpectedReplyError,
            "Somebody else answered in the place of {name}: {message}.",
            "Check whether a proxy stands between this computer and AWS.",
        ),
    ),
    ((boto.BotoCoreError,), _OTHER),
)


@contextmanager
def explained(name: str, *, invoking: bool = False) -> Iterator[None]:
    """Whatever boto3 raises in this context leaves it as what `typed_error` makes of it, with an id.

    The log says it too, unless it was an invocation, which its sender logs with more.

    Raises:
        EndpointError: in the place of boto3's exception.
    """
    try:
        yield
    except FAILURES as error:
        refusal = typed_error(error, name, invoking=invoking)
        request_id = id_of(refusal)
        if not invoking:
            known = reason(refusal, error) | {"outcome": "failed", "request_id": request_id}
            logger.warning("a request to %s failed", name, extra=known)
        raise refusal from error


def reason(refusal: errors.EndpointError, cause: BaseException | None) -> dict[str, object]:
    """What the log says of a failure. No message: a container's may quote what it was sent."""
    said: dict[str, object] = {"error_type": type(refusal).__name__}
    if isinstance(cause, boto.ClientError):
        return said | {"cause": cause.response.get("Error", {}).get("Code")}
    return said | {"cause": type(cause).__name__} if cause else said


def typed_error(error: Failure, name: str, *, invoking: bool = False) -> errors.EndpointError:
    """The typed error for what boto3 raised.

    `name` is the endpoint, or what else the request was for; `invoking` says that it was sent audio, which has errors
    and a time-out of its own.
    """
    if isinstance(error, boto.ClientError):
        return _answered(error, name, invoking=invoking)
    if invoking and isinstance(error, boto.ReadTimeoutError):
        return _TIMED_OUT.error(name, str(error))
    case = next(case for kinds, case in _BY_EXCEPTION if isinstance(error, kinds))
    return case.error(name, str(error))


def _answered(error: boto.ClientError, name: str, *, invoking: bool) -> errors.EndpointError:
    details = error.response.get("Error", {})
    code, message = details.get("Code", ""), _readable(details.get("Message") or str(error))
    request_id = error.response.get("ResponseMetadata", {}).get("RequestId")
    if code != "ModelError":
        case = _BY_CODE.get(code, _OTHER)
        if case is _NOT_FOUND and not invoking:
            case = _REFUSED
        if case is _BAD_CREDENTIALS and message.startswith(_TELLS_TIMES):
            case = _CLOCK_SKEW
        return case.error(name, message, request_id)
    status = int(str(error.response.get("OriginalStatusCode", 500)))
    if status < HTTPStatus.CONTINUE:
        # SageMaker gives 0 where the container gave no answer within its 60 s.
        case = _TIMED_OUT
    elif status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        case = _TOO_LARGE
    else:
        case = _REJECTED if status < HTTPStatus.INTERNAL_SERVER_ERROR else _FAILED
    return case.error(name, _original_message(error), request_id)


def _readable(message: str) -> str:
    """The message, unless it is a web page: something between here and AWS answers so."""
    is_page = message.lstrip().lower().startswith(("<!doctype", "<html"))
    return "it answers with a web page, as a proxy does" if is_page else message


def _original_message(error: boto.ClientError) -> str:
    original = str(error.response.get("OriginalMessage", ""))
    try:
        return str(json.loads(original)["message"])
    except (ValueError, TypeError, KeyError):
        return original or str(error)

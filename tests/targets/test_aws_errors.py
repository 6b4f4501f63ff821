from typing import Any

import pytest
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from components.core import errors
from components.targets.aws_errors import explained, typed_error

NAME = "my-endpoint"
CODES: list[tuple[str, type[errors.EndpointError]]] = [
    ("ValidationError", errors.EndpointNotFoundError),
    ("ValidationException", errors.EndpointNotFoundError),
    ("ServiceUnavailable", errors.EndpointNotReadyError),
    ("ServiceUnavailableException", errors.EndpointNotReadyError),
    ("ModelNotReadyException", errors.EndpointNotReadyError),
    ("ThrottlingException", errors.ThrottledError),
    ("Throttling", errors.ThrottledError),
    ("TooManyRequestsException", errors.ThrottledError),
    ("ExpiredToken", errors.ExpiredCredentialsError),
    ("ExpiredTokenException", errors.ExpiredCredentialsError),
    ("UnrecognizedClientException", errors.ExpiredCredentialsError),
    ("InvalidClientTokenId", errors.ExpiredCredentialsError),
    ("InvalidAccessKeyId", errors.ExpiredCredentialsError),
    ("InvalidSignatureException", errors.ExpiredCredentialsError),
    ("RequestExpired", errors.ClockSkewError),
    ("RequestTimeTooSkewed", errors.ClockSkewError),
    ("AccessDenied", errors.AccessDeniedError),
    ("AccessDeniedException", errors.AccessDeniedError),
    ("AuthFailure", errors.ExpiredCredentialsError),
    ("RequestLimitExceeded", errors.ThrottledError),
    ("SignatureDoesNotMatch", errors.ExpiredCredentialsError),
    ("UnauthorizedOperation", errors.AccessDeniedError),
    ("ResourceLimitExceeded", errors.ResourceLimitError),
    ("413", errors.RequestTooLargeError),
    ("InternalFailure", errors.ModelFailedError),
    ("InternalServerException", errors.ModelFailedError),
    ("InternalDependencyException", errors.ModelFailedError),
    ("SomethingNew", errors.AwsError),
]
BOTO: list[tuple[boto.BotoCoreError, type[errors.EndpointError]]] = [
    (boto.ReadTimeoutError(endpoint_url="https://x"), errors.RequestTimedOutError),
    (boto.ConnectTimeoutError(endpoint_url="https://x"), errors.EndpointUnreachableError),
    (boto.EndpointConnectionError(endpoint_url="https://x"), errors.EndpointUnreachableError),
    (boto.ConnectionClosedError(endpoint_url="https://x"), errors.EndpointUnreachableError),
    (boto.SSLError(endpoint_url="https://x", error=OSError("bad")), errors.EndpointUnreachableError),
    (boto.ProxyConnectionError(proxy_url="https://x"), errors.EndpointUnreachableError),
    (boto.NoCredentialsError(), errors.NoCredentialsError),
    (boto.PartialCredentialsError(provider="env", cred_var="key"), errors.NoCredentialsError),
    (boto.ProfileNotFound(profile="p"), errors.NoCredentialsError),
    (boto.NoRegionError(), errors.NoCredentialsError),
    (boto.CredentialRetrievalError(provider="p", error_msg="e"), errors.ExpiredCredentialsError),
    (boto.TokenRetrievalError(provider="p", error_msg="e"), errors.ExpiredCredentialsError),
    (boto.UnauthorizedSSOTokenError(), errors.ExpiredCredentialsError),
    (boto.SSOTokenLoadError(error_msg="e"), errors.ExpiredCredentialsError),
    (boto.UnknownServiceError(service_name="s", known_service_names="t"), errors.AwsError),
]


def test_a_refusal_by_the_control_plane_speaks_of_no_invocation() -> None:
    error = boto.ClientError({"Error": {"Code": "ValidationException", "Message": "no"}}, "CreateModel")
    found = typed_error(error, NAME)
    assert type(found) is errors.DeploymentError
    assert "invoked" not in str(found)


def test_a_web_page_in_the_place_of_a_message_is_not_shown() -> None:
    found = typed_error(refusal("500", "<!doctype html><title>Oops</title>"), NAME)
    assert "web page" in found.what
    assert "<" not in found.what


def test_only_an_invocation_has_a_time_out_of_its_own() -> None:
    error = boto.ReadTimeoutError(endpoint_url="https://x")
    assert type(typed_error(error, NAME)) is errors.EndpointUnreachableError


def test_an_answer_of_somebody_else_is_explained() -> None:
    with pytest.raises(errors.UnexpectedReplyError, match="proxy"), explained(NAME):
        raise ResponseParserError("<html>")


def test_a_failure_is_logged_with_the_id_that_the_error_has(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(errors.ThrottledError) as answered, explained(NAME):
        raise refusal("ThrottlingException", "secret")
    with pytest.raises(errors.EndpointUnreachableError) as unanswered, explained(NAME):
        raise boto.ConnectTimeoutError(endpoint_url="https://x")
    first, second = (vars(record) for record in caplog.records)
    assert (first["request_id"], first["cause"]) == ("id-7", "ThrottlingException")
    assert answered.value.request_id == "id-7"
    assert second["request_id"] == unanswered.value.request_id
    assert second["request_id"]
    assert (second["error_type"], second["cause"]) == ("EndpointUnreachableError", "ConnectTimeoutError")
    assert "secret" not in str(first)


def refusal(code: str, message: str = "the reason", **more: Any) -> boto.ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"RequestId": "id-7", "HTTPStatusCode": 400},
        **more,
    }
    return boto.ClientError(response, "InvokeEndpoint")


@pytest.mark.parametrize(("code", "kind"), CODES)
def test_a_refusal_becomes_its_typed_error(code: str, kind: type[errors.EndpointError]) -> None:
    error = typed_error(refusal(code), NAME, invoking=True)
    assert type(error) is kind
    assert "the reason." in error.what
    assert error.advice.endswith(".")
    assert str(error) == f"{error.what} {error.advice}"
    assert error.request_id == "id-7"


@pytest.mark.parametrize(("raised", "kind"), BOTO, ids=lambda value: getattr(value, "__name__", None))
def test_a_failure_of_boto3_becomes_its_typed_error(
    raised: boto.BotoCoreError, kind: type[errors.EndpointError]
) -> None:
    error = typed_error(raised, NAME, invoking=True)
    assert type(error) is kind
    assert error.what.endswith(".")
    assert not error.what.endswith("..")
    assert error.advice.endswith(".")
    assert error.request_id is None


@pytest.mark.parametrize(
    ("status", "kind", "advice"),
    [
        (400, errors.RequestRejectedError, "Change the audio or the parameters."),
        (413, errors.RequestTooLargeError, "Send a shorter clip."),
        (500, errors.ModelFailedError, "Wait a moment and try again."),
        (503, errors.ModelFailedError, "Wait a moment and try again."),
        (0, errors.RequestTimedOutError, "Send a shorter clip, use fewer beams"),
    ],
)
def test_an_error_of_the_model_is_told_by_its_status(
    status: int, kind: type[errors.EndpointError], advice: str
) -> None:
    original = '{"code": 400, "type": "X", "message": "num_beams is 0"}'
    error = typed_error(
        refusal("ModelError", OriginalStatusCode=status, OriginalMessage=original), NAME, invoking=True
    )
    assert type(error) is kind
    assert NAME in error.what
    assert error.advice.startswith(advice)
    assert ("num_beams is 0." in error.what) == (status != 0)
    assert error.request_id == "id-7"


@pytest.mark.parametrize("original", ["out of memory", "[1]", '{"text": "out of memory"}'])
def test_an_original_message_in_another_form_is_shown_as_it_is(original: str) -> None:
    error = typed_error(
        refusal("ModelError", OriginalStatusCode=500, OriginalMessage=original), NAME, invoking=True
    )
    assert f"{original}." in error.what


def test_without_an_original_message_what_aws_said_is_shown() -> None:
    assert (
        "the reason." in typed_error(refusal("ModelError", OriginalStatusCode=500), NAME, invoking=True).what
    )


@pytest.mark.parametrize("code", ["InvalidSignatureException", "SignatureDoesNotMatch"])
@pytest.mark.parametrize(
    ("message", "kind", "advice"),
    [
        ("Signature expired: 20261126T0800Z is now earlier than", errors.ClockSkewError, "clock"),
        ("Signature not yet current: 20261126T0800Z is still later", errors.ClockSkewError, "clock"),
        ("The request signature we calculated", errors.ExpiredCredentialsError, "aws sso login"),
    ],
)
def test_a_wrong_clock_is_told_from_a_wrong_key(
    code: str, message: str, kind: type[errors.EndpointError], advice: str
) -> None:
    found = typed_error(refusal(code, message), NAME, invoking=True)
    assert type(found) is kind
    assert advice in found.advice

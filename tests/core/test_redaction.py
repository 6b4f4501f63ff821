"""Secrets are in no log and in no error, whatever text they come with."""

import logging
import subprocess
import sys
import traceback

import pytest

from components.core.errors import PortalError
from components.core.redaction import redacted
from components.core.settings import Settings
from components.live.ice import IceServer, read_servers
from components.targets.aws_errors import typed_error
from tests.paths import ROOT

SECRETS = {
    "a mirror's password": ("fetching https://me:hunter22@mirror.example/12 failed", "hunter22"),
    "a proxy's password": ("nonnumeric port: 'me:hunter22@proxy.example:3128'", "hunter22"),
    "a mirror's token": ("https://t0ken99@mirror.example is not there", "t0ken99"),
    "a TURN address": ("turn:me:hunter22@turn.example is no address", "hunter22"),
    "a TURN server": ('[{"urls": "turn:a", "credential": "hunter22"}]', "hunter22"),
    "a signed address": (
        "GET https://b.s3.amazonaws.com/k?X-Amz-Credential=AKID%2F2026&X-Amz-Signature=0badc0de failed",
        "0badc0de",
    ),
    "its session token": ("https://b.s3.amazonaws.com/k?X-Amz-Security-Token=IQoJb3Jp&a=b", "IQoJb3Jp"),
    "an older signature": ("https://b/k?AWSAccessKeyId=AKI&Signature=abc%3D&Expires=1", "abc%3D"),
    "a signed header": (
        "Authorization: AWS4-HMAC-SHA256 Credential=AKI/2026, SignedHeaders=host, Signature=0badc0de",
        "0badc0de",
    ),
    "a login": ("{'Authorization': 'Basic bWU6aHVudGVyMjI='}", "bWU6aHVudGVyMjI="),
    "a key id": ("the key AKIAIOSFODNN7EXAMPLE is not known", "AKIAIOSFODNN7EXAMPLE"),
    "a secret key": ("aws_secret_access_key=wJalrXUtnFEMI/K7MDENG", "wJalrXUtnFEMI"),
    "a session token": ('"sessionToken": "IQoJb3JpZ2lu"', "IQoJb3JpZ2lu"),
    "the hub's token": (f"not allowed with hf_{'a1' * 17}", "hf_a1"),
    "a cookie's secret": ("server.cookieSecret='f00dfeed'", "f00dfeed"),
}
TEXTS = pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)


@TEXTS
def test_a_secret_is_in_no_error(text: str, secret: str) -> None:
    error = PortalError(f"It went wrong: {text}.", "Try again.")
    assert secret not in f"{error} {error!r} {error.what} {error.args}"
    assert "***" in error.what


@TEXTS
def test_a_secret_is_in_no_log(text: str, secret: str, caplog: pytest.LogCaptureFixture) -> None:
    # A logger of somebody else, as botocore's or Streamlit's would be.
    logger = logging.getLogger("of.another.package")
    logger.warning("as it is: " + text)  # noqa: G003 - one way of several
    logger.warning("as an argument: %s", text)
    try:
        int(text)  # quotes what is no number
    except ValueError:
        logger.exception("as an exception")
    assert secret not in caplog.text
    assert [record.getMessage().count("***") > 0 for record in caplog.records] == [True, True, False]
    assert "in test_a_secret_is_in_no_log" in caplog.text


def test_what_the_environment_holds_is_known_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEJr")
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "correct horse")
    assert redacted("saw FwoGZXIvYXdzEJr and correct horse") == "saw *** and ***"


@pytest.mark.parametrize(
    "text",
    [
        "whisper-base failed at the request: 10:30 at https://example.com:8443/a?b=c, me@example.com.",
        "The security token included in the request is invalid.",
        "User: arn:aws:sts::123456789012:assumed-role/r/me@example.com is not authorized to perform: a:B",
        "Use the token: it says Signature, Credential and password.",
        "The AWS credentials are not accepted: expired.",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert redacted(text) == text


LONG = """
from components.core.redaction import redacted
for part in ("a", "a:", "'a", "token", "://"):
    redacted(part * 300_000)
"""


def test_a_long_message_is_looked_through_once() -> None:
    # A pattern that begins at each place and goes on to the end would take hours.
    subprocess.run([sys.executable, "-c", LONG], cwd=ROOT, check=True, timeout=300)


def test_a_record_without_a_secret_keeps_its_arguments(caplog: pytest.LogCaptureFixture) -> None:
    # uvicorn's formatter of access logs looks at them.
    logging.getLogger("a").warning("%s %d", "x", 1)
    assert caplog.records[0].args == ("x", 1)


def test_a_record_that_does_not_fit_its_arguments_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("a.misfit")
    logger.propagate = False  # pytest's handler would raise what others tell
    logger.warning("%d", "x")
    assert caplog.records == []


@pytest.mark.parametrize(
    "setting",
    [
        '[{"urls": "turn:a", "username": "me", "credential": "hunter22"',
        '[{"urls": "nonsense", "username": "me", "credential": "hunter22"}]',
        '{"urls": "turn:a", "username": "me", "credential": "hunter22"}',
        "turn:me:hunter22@turn.example",
    ],
)
def test_a_turn_servers_secret_is_in_nothing_that_is_told_of_its_setting(setting: str) -> None:
    with pytest.raises(PortalError, match="PORTAL_ICE_SERVERS") as caught:
        read_servers(setting)
    # With the causes, as a log would have them.
    told = "".join(traceback.format_exception(caught.value))
    assert "hunter22" not in told


def test_a_turn_servers_secret_is_not_shown_with_the_server() -> None:
    server = IceServer(urls="turn:a", username="me", credential="hunter22")
    assert server.credential == "hunter22"
    assert "hunter22" not in f"{server} {server!r}"


def test_what_a_wrong_setting_held_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_THREADS", "hunter22")
    with pytest.raises(ValueError, match="threads") as caught:
        Settings()
    assert "hunter22" not in str(caught.value)


def test_a_failure_of_aws_with_a_signed_address_is_told_without_it() -> None:
    from botocore.exceptions import EndpointConnectionError  # noqa: PLC0415 - of this test alone

    failure = EndpointConnectionError(endpoint_url="https://b.s3.amazonaws.com/k?X-Amz-Signature=0badc0de")
    assert "0badc0de" not in str(typed_error(failure, "mine"))

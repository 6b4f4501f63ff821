"""What is found of a portal that works, and of one that does not."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from components.core.errors import EndpointNotReadyError, ExpiredCredentialsError, NoCredentialsError
from components.core.settings import Settings
from components.deployment.checks import Check, Verdict
from components.deployment.endpoints import EndpointSummary
from components.health import health_checks as checks
from components.health.health_checks import Credentials, credentials_of, report
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import Target

NOW = datetime.now(UTC)
BASE = EndpointSummary("whisper-base", "InService", NOW)
NOT_READY = EndpointNotReadyError("It is being started.", "Wait.")


@pytest.fixture
def process() -> EmbeddedEndpoint:
    """A process that was started once; nothing runs."""
    process = EmbeddedEndpoint(Settings(embedded_port=8090))
    process.starts, process.started = 1, datetime(2026, 11, 22, 20, 57, tzinfo=UTC)
    return process


def test_an_endpoint_that_runs_says_where_since_when_and_what_it_has(process: EmbeddedEndpoint) -> None:
    found = checks.check_embedded(process, [BASE])
    assert found.verdict is Verdict.PASSED
    assert found.what == (
        "Running at http://127.0.0.1:8090 since 22 November 2026, 20:57 UTC, never restarted; "
        "it has whisper-base (InService)."
    )


def test_restarts_are_a_warning(process: EmbeddedEndpoint) -> None:
    process.starts = 4
    found = checks.check_embedded(process, ())
    assert found.verdict is Verdict.WARNING
    assert "restarted 3 times; it has no endpoint." in found.what
    assert "log" in found.advice


def test_an_endpoint_that_was_given_up_or_does_not_answer_yet(process: EmbeddedEndpoint) -> None:
    assert checks.check_embedded(process, NOT_READY) == Check(
        "Endpoint on this computer", Verdict.WARNING, "It is being started.", "Wait."
    )
    process.failure = "It ended five times in a row."
    found = checks.check_embedded(process, NOT_READY)
    assert (found.verdict, found.advice) == (Verdict.FAILED, process.failure)


def test_an_endpoint_that_was_left_out_is_as_it_should_be() -> None:
    assert checks.check_embedded(None, ()).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("left", "verdict"),
    [(timedelta(hours=5), Verdict.PASSED), (timedelta(minutes=5), Verdict.WARNING), (None, Verdict.PASSED)],
)
def test_credentials_say_how_long_they_are_valid(left: timedelta | None, verdict: Verdict) -> None:
    end = NOW + left if left else None
    found = checks.check_aws("AWS eu-west-1", Credentials("sso", None, end))
    assert found.verdict is verdict
    assert (f"{end:%H:%M} UTC" if end else "do not expire") in found.what


def test_credentials_that_can_not_be_had_fail_with_advice() -> None:
    error = ExpiredCredentialsError("The AWS credentials are not accepted.", "Renew them.")
    found = checks.check_aws("AWS", error)
    assert (found.verdict, found.advice) == (Verdict.FAILED, "Renew them.")


def test_a_data_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    found = checks.check_data_folder(tmp_path / "data")
    assert found.verdict is Verdict.PASSED
    assert "GB are free" in found.what
    assert list((tmp_path / "data").iterdir()) == []


def test_a_data_folder_that_is_no_folder_fails(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    found = checks.check_data_folder(tmp_path / "data")
    assert found.verdict is Verdict.FAILED
    assert "PORTAL_DATA_DIR" in found.advice


def test_a_full_disk_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "free_disk", lambda _: 10_000_000)
    assert checks.check_data_folder(tmp_path).verdict is Verdict.WARNING


def test_runs_are_counted_and_a_broken_file_fails(tmp_path: Path) -> None:
    assert checks.check_runs(tmp_path).what == f"0 in {tmp_path / 'runs.sqlite3'}."
    (tmp_path / "runs.sqlite3").write_bytes(b"no database" * 1000)
    found = checks.check_runs(tmp_path)
    assert found.verdict is Verdict.FAILED
    assert found.advice


def test_runs_that_another_program_keeps_from_being_read_are_no_crash(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "runs.sqlite3")
    database.execute("PRAGMA user_version = 99")
    database.close()
    assert "newer version" in checks.check_runs(tmp_path).what


def test_little_memory_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "available_memory", lambda: 100_000_000)
    found = checks.check_memory()
    assert found.verdict is Verdict.WARNING
    assert found.what.startswith("0.1 GB are available")


def test_credentials_of_the_environment_do_not_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very secret")
    monkeypatch.setenv("AWS_ACCOUNT_ID", "123456789012")
    found = credentials_of(Target("AWS eu-west-1", "eu-west-1"))
    assert found == Credentials("env", "123456789012", None)
    assert "secret" not in repr(found)


def test_temporary_credentials_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a token")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", f"{NOW + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    found = credentials_of(Target("AWS eu-west-1", "eu-west-1"))
    assert found.valid_until == (NOW + timedelta(hours=1)).replace(microsecond=0)


def test_credentials_that_are_gone_are_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NoCredentialsError):
        credentials_of(Target("AWS eu-west-1", "eu-west-1"))


def test_a_report_has_a_line_for_all_that_is_known() -> None:
    found = [Check("Memory", Verdict.PASSED, "9.0 GB are available.", "no advice")]
    lines = report({"Python": "3.11.7"}, ["AWS eu-west-1, account 1"], found).splitlines()
    assert lines[:3] == [
        "Python: 3.11.7",
        "target: AWS eu-west-1, account 1",
        "[passed] Memory: 9.0 GB are available.",
    ]
    assert lines[3].startswith("at 2")

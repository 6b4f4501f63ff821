"""What works and what does not, each as one finding."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from botocore.exceptions import NoCredentialsError

from components.core.errors import EndpointError, PortalError
from components.core.resources import available_memory, free_disk, gigabytes
from components.deployment.checks import Check, Verdict
from components.deployment.endpoints import EndpointSummary
from components.evaluation.runs.run_store import RunStore
from components.targets.aws_errors import explained
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import Target


@dataclass(frozen=True)
class Credentials:
    """What the portal shows of credentials: their source in boto3, the account, and their end, None without one."""

    source: str
    account: str | None
    valid_until: datetime | None


def credentials_of(target: Target) -> Credentials:
    """The credentials that requests to AWS are signed with now; renewed if they have to be, which may take seconds.

    Raises:
        EndpointError: they can't be had any more.
    """
    with explained(target.name):
        found = target.session().get_credentials()
        if found is None:
            raise NoCredentialsError
        account = found.get_frozen_credentials().account_id
    # botocore tells it nowhere else; credentials that don't expire haven't the attribute.
    return Credentials(found.method, account, getattr(found, "_expiry_time", None))


def report(versions: Mapping[str, str], targets: Iterable[str], checks: Iterable[Check]) -> str:
    """The text; each finding is a line of its own."""
    lines = [
        *(f"{name}: {version}" for name, version in versions.items()),
        *(f"target: {target}" for target in targets),
        *(f"[{check.verdict}] {check.subject}: {check.what}" for check in checks),
        f"at {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    ]
    return "\n".join(lines)


_LITTLE_DISK, _LITTLE_MEMORY = 1e9, 0.5e9
"""Bytes. One download of whisper-base and its loading fit into that, little else does."""
_SOON = timedelta(minutes=15)


def check_embedded(
    process: EmbeddedEndpoint | None, endpoints: Sequence[EndpointSummary] | EndpointError
) -> Check:
    """The endpoint on this computer: its process, and what it serves."""
    subject = "Endpoint on this computer"
    if process is None:
        return Check(subject, Verdict.PASSED, "Left out by PORTAL_EMBEDDED_ENDPOINT.")
    if process.failure:
        return Check(subject, Verdict.FAILED, "It does not run.", process.failure)
    if isinstance(endpoints, EndpointError):
        return Check(subject, Verdict.WARNING, endpoints.what, endpoints.advice)
    again = max(0, process.starts - 1)
    since = f" since {process.started:%d %B %Y, %H:%M} UTC" if process.started else ""
    served = ", ".join(f"{endpoint.name} ({endpoint.status})" for endpoint in endpoints) or "no endpoint"
    found = f"Running at {process.url}{since}, {_restarted(again)}; it has {served}."
    if not again:
        return Check(subject, Verdict.PASSED, found)
    return Check(subject, Verdict.WARNING, found, "The log says before each restart why it ended.")


def check_aws(name: str, found: Credentials | PortalError) -> Check:
    """The credentials of AWS."""
    if isinstance(found, PortalError):
        return Check(name, Verdict.FAILED, found.what, found.advice)
    if found.valid_until is None:
        return Check(name, Verdict.PASSED, f"Credentials from {found.source}, which do not expire.")
    said = f"Credentials from {found.source}, valid until {found.valid_until.astimezone(UTC):%d %B %Y, %H:%M} UTC."
    if found.valid_until - datetime.now(UTC) > _SOON:
        return Check(name, Verdict.PASSED, said)
    return Check(
        name, Verdict.WARNING, said, "boto3 renews those of a role by itself; others need a sign-in."
    )


def check_data_folder(folder: Path) -> Check:
    """Whether the portal can keep what it must not lose."""
    subject = "Data folder"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"it can be written to")
        free = free_disk(folder)
    except OSError as error:
        advice = "Give the portal the right to write there and some room, or name another in PORTAL_DATA_DIR."
        return Check(subject, Verdict.FAILED, f"{folder} can't be written to: {error.strerror}.", advice)
    said = f"{folder} can be written to; {gigabytes(free)} are free."
    if free > _LITTLE_DISK:
        return Check(subject, Verdict.PASSED, said)
    return Check(subject, Verdict.WARNING, said, "Make room before the next download or long run.")


def check_runs(folder: Path) -> Check:
    """Whether the history of runs can be read and written."""
    subject, store = "Runs", RunStore(folder)
    try:
        store.check()
        count = len(store.runs())
    except PortalError as error:
        return Check(subject, Verdict.FAILED, error.what, error.advice)
    return Check(subject, Verdict.PASSED, f"{count} in {store.path}.")


def check_memory() -> Check:
    """What memory is left, and what the portal's own process takes."""
    free, own = available_memory(), psutil.Process().memory_info().rss
    said = f"{gigabytes(free)} are available; the portal's process takes {gigabytes(own)}."
    if free > _LITTLE_MEMORY:
        return Check("Memory", Verdict.PASSED, said)
    advice = "Delete endpoints on this computer, or give it or its container more memory."
    return Check("Memory", Verdict.WARNING, said, advice)


def _restarted(count: int) -> str:
    return {0: "never restarted", 1: "restarted once"}.get(count, f"restarted {count} times")

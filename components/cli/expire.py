"""`expire`: deletes the expired endpoints of a region, once."""

import sys
from collections.abc import Iterable

from components.cli.exit_codes import ExitCode
from components.cli.options import ExpireOptions
from components.cli.runner import run
from components.cli.targets import SET_UP, named_target
from components.core.errors import EndpointNotReadyError, NoCredentialsError, PortalError
from components.core.settings import Settings
from components.deployment.endpoints import list_endpoints
from components.deployment.expiry import delete_expired, due
from components.deployment.removal import Removal


def main(options: ExpireOptions) -> ExitCode:
    """Deletes what has expired, and prints a line for each endpoint."""
    return run(lambda _console, _interruption: _expire(options))


def _expire(options: ExpireOptions) -> ExitCode:
    target = named_target(options, Settings())
    if target is None:
        raise NoCredentialsError(
            "There are no AWS credentials, or there is no region.", f"{SET_UP} and a --region."
        )
    endpoints = list_endpoints(target)
    if options.dry_run:
        _print(f"{endpoint.name}: expired, not deleted" for endpoint in due(endpoints))
        return ExitCode.COMPLETE
    expired = delete_expired(target, endpoints)
    _print(_line(name, outcome) for name, outcome in expired.items())
    return ExitCode.INCOMPLETE if any(map(_has_failed, expired.values())) else ExitCode.COMPLETE


def _print(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "Nothing has expired.\n")


def _line(name: str, outcome: Removal | PortalError) -> str:
    if isinstance(outcome, PortalError):
        return f"{name}: not deleted. {outcome}"
    kept = f"; kept {', '.join(outcome.kept)}" if outcome.kept else ""
    return f"{name}: deleted {', '.join(outcome.removed) or 'nothing, it was gone'}{kept}"


def _has_failed(outcome: Removal | PortalError) -> bool:
    # What is still being created is deleted as soon as it can be: no failure.
    return isinstance(outcome, PortalError) and not isinstance(outcome, EndpointNotReadyError)

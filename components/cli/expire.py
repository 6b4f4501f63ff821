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
from components.deployment.expiry import Expired, delete_expired, due
from components.targets.target import Target


def main(options: ExpireOptions) -> ExitCode:
    """Deletes what has expired, and prints a line for each endpoint."""
    return run(lambda _console, _interruption: _expire(options))


def _expire(options: ExpireOptions) -> ExitCode:
    target = _target(options)
    endpoints = list_endpoints(target)
    if options.dry_run:
        _print(f"{endpoint.name}: expired, not deleted" for endpoint in due(endpoints))
        return ExitCode.COMPLETE
    expired = delete_expired(target, endpoints)
    _print(map(_line, expired))
    return ExitCode.INCOMPLETE if any(map(_has_failed, expired)) else ExitCode.COMPLETE


def _target(options: ExpireOptions) -> Target:
    target = named_target(options, Settings())
    if target is None:
        raise NoCredentialsError(
            "There are no AWS credentials, or there is no region.", f"{SET_UP} and a --region."
        )
    return target


def _print(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "Nothing has expired.\n")


def _line(expired: Expired) -> str:
    outcome = expired.outcome
    if isinstance(outcome, PortalError):
        return f"{expired.endpoint_name}: not deleted. {outcome}"
    kept = f"; kept {', '.join(outcome.kept)}" if outcome.kept else ""
    return f"{expired.endpoint_name}: deleted {', '.join(outcome.removed) or 'nothing, it was gone'}{kept}"


def _has_failed(expired: Expired) -> bool:
    # What is still being created is deleted as soon as it can be: no failure.
    return isinstance(expired.outcome, PortalError) and not isinstance(expired.outcome, EndpointNotReadyError)

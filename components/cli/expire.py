"""`python -m components.cli.expire`: deletes the expired endpoints of a region, once.

For a cron job, or a task that EventBridge starts: endpoints then delete themselves also while no portal runs.
"""

import argparse
import sys
from collections.abc import Iterable

from pydantic import ValidationError

from components.core.errors import EndpointNotReadyError, NoCredentialsError, PortalError
from components.core.settings import Settings, in_words
from components.deployment.endpoints import list_endpoints
from components.deployment.expiry import Expired, delete_expired, due
from components.targets.aws_errors import explained
from components.targets.target import Target, aws, this_computer


def main() -> int:
    """Deletes what has expired and says so, a line for each endpoint; 1 where that is not possible or not known."""
    given = _arguments()
    try:
        target = _target(given)
        endpoints = list_endpoints(target)
        if given.dry_run:
            _tell(f"{endpoint.name}: expired, not deleted" for endpoint in due(endpoints))
            return 0
        expired = delete_expired(target, endpoints)
    except (PortalError, ValidationError) as error:
        what = in_words(error) if isinstance(error, ValidationError) else error
        sys.stderr.write(f"{what}\n")
        return 1
    _tell(map(_line, expired))
    # What is still being created goes as soon as it can: no failure.
    return int(
        any(
            isinstance(one.outcome, PortalError) and not isinstance(one.outcome, EndpointNotReadyError)
            for one in expired
        )
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m components.cli.expire", description=__doc__)
    parser.add_argument(
        "--region", help="AWS region; without it as for the portal (PORTAL_AWS_REGION, boto3's own)"
    )
    parser.add_argument("--profile", help="profile of the AWS configuration")
    parser.add_argument("--endpoint-url", help="an embedded endpoint in the place of AWS")
    parser.add_argument("--dry-run", action="store_true", help="only say what has expired")
    return parser.parse_args()


def _target(given: argparse.Namespace) -> Target:
    if given.endpoint_url:
        return this_computer(given.endpoint_url)
    settings = Settings()
    chosen = {
        "aws_region": given.region or settings.aws_region,
        "aws_profile": given.profile or settings.aws_profile,
    }
    with explained("AWS"):
        target = aws(settings.model_copy(update=chosen))
    if target is None:
        raise NoCredentialsError(
            "There are no AWS credentials, or there is no region.",
            "Run `aws configure`, or give --profile and --region.",
        )
    return target


def _tell(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "Nothing has expired.\n")


def _line(expired: Expired) -> str:
    outcome = expired.outcome
    if isinstance(outcome, PortalError):
        return f"{expired.endpoint_name}: not deleted. {outcome}"
    kept = f"; kept {', '.join(outcome.kept)}" if outcome.kept else ""
    return f"{expired.endpoint_name}: deleted {', '.join(outcome.removed) or 'nothing, it was gone'}{kept}"


if __name__ == "__main__":
    sys.exit(main())

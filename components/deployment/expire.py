"""`python -m components.deployment.expire`: deletes the expired endpoints of a region, once.

For a cron job, or a task that EventBridge starts: endpoints then delete themselves also while no portal runs.
"""

import argparse
import sys
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError

from components.aws_errors import typed_error
from components.deployment.endpoints import list_endpoints
from components.deployment.expiry import Expired, delete_expired, due
from components.errors import NoCredentialsError, PortalError
from components.settings import Settings
from components.targets import Target, aws, this_computer


def main() -> int:
    """Deletes what has expired and says so, a line for each endpoint; 1 where something could not be deleted."""
    given = _arguments()
    try:
        target = _target(given)
        if given.dry_run:
            return _tell(
                [f"{e.name}: expired, not deleted" for e in due(list_endpoints(target), datetime.now(UTC))]
            )
        expired = delete_expired(target)
    except PortalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _tell([_line(one) for one in expired])
    return int(any(isinstance(one.outcome, PortalError) for one in expired))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m components.deployment.expire", description=__doc__)
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
    try:
        target = aws(settings.model_copy(update=chosen))
    except BotoCoreError as error:
        raise typed_error(error, "AWS") from error
    if target is None:
        raise NoCredentialsError(
            "There are no AWS credentials, or there is no region.",
            "Run `aws configure`, or give --profile and --region.",
        )
    return target


def _tell(lines: list[str]) -> int:
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "Nothing has expired.\n")
    return 0


def _line(expired: Expired) -> str:
    if isinstance(expired.outcome, PortalError):
        return f"{expired.endpoint_name}: not deleted. {expired.outcome}"
    return (
        f"{expired.endpoint_name}: deleted {', '.join(expired.outcome.removed) or 'nothing, it was gone'}"
        + (f"; kept {', '.join(expired.outcome.kept)}" if expired.outcome.kept else "")
    )


if __name__ == "__main__":
    sys.exit(main())

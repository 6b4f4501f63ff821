"""Until when the AWS credentials are valid, and whose they are."""

from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import NoCredentialsError

from components.targets.aws_errors import explained
from components.targets.target import Target


@dataclass(frozen=True)
class Credentials:
    """What may be told of credentials: where boto3 found them, the account, and their end, None where there is none."""

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

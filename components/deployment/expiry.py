"""When endpoints delete themselves: set, extended, carried out."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from components.aws_errors import typed_error
from components.deployment import tags
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.read_only import forbid_read_only
from components.deployment.removal import Removal, remove
from components.errors import PortalError
from components.targets import Target

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Expired:
    """An endpoint whose time was up: what its removal did, or why it failed."""

    endpoint_name: str
    outcome: Removal | PortalError


def set_expiry(target: Target, endpoint: EndpointSummary, hours: int | None) -> datetime | None:
    """Has an endpoint delete itself so many hours from now, or never; returns when.

    Raises:
        ReadOnlyError: this portal changes nothing.
        EndpointError: AWS refuses.
    """
    forbid_read_only()
    moment = None if hours is None else datetime.now(UTC) + timedelta(hours=hours)
    try:
        if moment is None:
            tags.remove(target, endpoint.arn, tags.EXPIRES)
        else:
            tags.write(target, endpoint.arn, {tags.EXPIRES: tags.written_expiry(moment)})
    except (BotoCoreError, ClientError) as error:
        raise typed_error(error, endpoint.name) from error
    return moment


def due(endpoints: list[EndpointSummary], now: datetime) -> list[EndpointSummary]:
    """Those whose time is up, the ones that are going already left out."""
    return [e for e in endpoints if e.expires and e.expires <= now and e.status != "Deleting"]


def delete_expired(target: Target) -> list[Expired]:
    """Deletes every endpoint of the target whose time is up; one that can't be deleted holds up no other.

    Raises:
        ReadOnlyError: this portal deletes nothing.
        EndpointError: the endpoints can't be listed.
    """
    forbid_read_only()
    return [_deleted(target, endpoint.name) for endpoint in due(list_endpoints(target), datetime.now(UTC))]


def _deleted(target: Target, name: str) -> Expired:
    try:
        removal = remove(target, name)
    except PortalError as error:
        logger.warning("%s has expired, but is not deleted: %s", name, error)
        return Expired(name, error)
    logger.info("%s has expired; deleted: %s", name, ", ".join(removal.removed) or "nothing was left")
    return Expired(name, removal)

"""When endpoints delete themselves: set, extended, carried out."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from components.core.errors import PortalError
from components.deployment import tags
from components.deployment.endpoints import EndpointSummary
from components.deployment.inspection import unless_gone
from components.deployment.read_only import forbid_read_only
from components.deployment.removal import Removal, remove
from components.targets.aws_errors import explained
from components.targets.target import Target

logger = logging.getLogger(__name__)


def set_expiry(target: Target, endpoint: EndpointSummary, hours: int | None) -> datetime | None:
    """Has an endpoint delete itself so many hours from now, or never; returns when.

    Raises:
        ReadOnlyError: this portal changes nothing.
        EndpointError: AWS refuses.
    """
    forbid_read_only()
    moment = None if hours is None else datetime.now(UTC) + timedelta(hours=hours)
    with explained(endpoint.name):
        if moment is None:
            tags.remove(target, endpoint.arn, tags.EXPIRES)
        else:
            tags.write(target, endpoint.arn, {tags.EXPIRES: tags.written_expiry(moment)})
    return moment


def due(endpoints: Iterable[EndpointSummary]) -> list[EndpointSummary]:
    """Those whose time is up, the ones that are going already left out."""
    now = datetime.now(UTC)
    return [e for e in endpoints if e.expires and e.expires <= now and e.status != "Deleting"]


def delete_expired(target: Target, endpoints: Sequence[EndpointSummary]) -> dict[str, Removal | PortalError]:
    """Deletes those of a target's endpoints whose time is up; one that can't be deleted holds up no other.

    Returns, by endpoint name, what the removal did, or why it is not possible or not known: an endpoint that is hidden
    from this identity may have expired unseen.

    Raises:
        ReadOnlyError: this portal deletes nothing.
    """
    forbid_read_only()
    hidden = {endpoint.name: endpoint.hidden for endpoint in endpoints if endpoint.hidden}
    return hidden | {e.name: outcome for e in due(endpoints) if (outcome := _deleted(target, e))}


def _deleted(target: Target, endpoint: EndpointSummary) -> Removal | PortalError | None:
    name = endpoint.name
    try:
        with explained(name):
            # Others may have been deleted before this one, which takes time: somebody may have extended it since.
            expires = unless_gone(lambda: tags.expires(tags.read(target, endpoint.arn)))
        if expires is None or expires > datetime.now(UTC):
            return None
        removal = remove(target, name)
    except PortalError as error:
        logger.warning("%s has expired, but is not deleted: %s", name, error)
        return error
    logger.info("%s has expired; deleted: %s", name, ", ".join(removal.removed) or "nothing was left")
    return removal

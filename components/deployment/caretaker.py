"""What the running portal does by itself: deletes expired endpoints, sets up automatic scaling that is due."""

import logging
from collections.abc import Callable, Iterable
from threading import Event, Thread

from components.deployment import scaling
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.expiry import delete_expired
from components.errors import PortalError
from components.targets import Target

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ROUNDS = 60.0


class Caretaker:
    """Goes round the targets every minute, in a thread of its own, until it is stopped.

    All that it goes by stands in the endpoints' tags: another portal, or this one after a restart, goes on where it
    was. `problems` tells, by target and endpoint name, what could not be done in the last round.
    """

    def __init__(
        self, targets: Callable[[], Iterable[Target]], pause: float = SECONDS_BETWEEN_ROUNDS
    ) -> None:
        self.problems: dict[tuple[Target, str], PortalError] = {}
        self._targets = targets
        self._pause = pause
        self._stopping = Event()
        self._scaled: set[tuple[Target, str]] = set()
        Thread(target=self._go_round, name="caretaker", daemon=True).start()

    def stop(self) -> None:
        """Ends it after the target that it is at."""
        self._stopping.set()

    def _go_round(self) -> None:
        while not self._stopping.wait(self._pause):
            for target in self._targets():
                self._tend_safely(target)

    def _tend_safely(self, target: Target) -> None:
        try:
            self.problems = {key: error for key, error in self.problems.items() if key[0] != target} | {
                (target, name): error for name, error in self.tend(target).items()
            }
        except PortalError as error:
            logger.warning("%s can't be tended: %s", target.name, error)
        except Exception:
            logger.exception("%s can't be tended", target.name)

    def tend(self, target: Target) -> dict[str, PortalError]:
        """Does what is due at one target; returns what could not be done, by endpoint name.

        Raises:
            EndpointError: the endpoints can't be listed.
            ReadOnlyError: this portal changes nothing.
        """
        failed = {
            done.endpoint_name: done.outcome
            for done in delete_expired(target)
            if isinstance(done.outcome, PortalError)
        }
        for endpoint in list_endpoints(target):
            if (
                endpoint.scaling
                and endpoint.status == "InService"
                and (target, endpoint.arn) not in self._scaled
            ):
                failed |= self._scale(target, endpoint)
        return failed

    def _scale(self, target: Target, endpoint: EndpointSummary) -> dict[str, PortalError]:
        try:
            scaling.set_up(target, endpoint)
        except PortalError as error:
            return {endpoint.name: error}
        self._scaled.add((target, endpoint.arn))
        return {}

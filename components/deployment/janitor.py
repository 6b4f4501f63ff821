"""The janitor of the running portal: deletes expired endpoints, sets up automatic scaling that is due."""

import logging
from collections.abc import Callable, Iterable
from threading import Event, Thread

from components.core.errors import PortalError
from components.deployment import scaling
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.expiry import delete_expired
from components.targets.target import Target

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ROUNDS = 60.0


class Janitor:
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
        Thread(target=self._go_round, name="janitor", daemon=True).start()

    def stop(self) -> None:
        """Ends it after the target that it is at."""
        self._stopping.set()

    def _go_round(self) -> None:
        while not self._stopping.wait(self._pause):
            try:
                for target in self._targets():
                    self._tend_safely(target)
            except Exception:
                logger.exception("a round of the janitor failed")

    def _tend_safely(self, target: Target) -> None:
        try:
            problems = self.tend(target)
        except PortalError as error:
            logger.warning("%s can't be tended: %s", target.name, error)
            return
        others = {key: error for key, error in self.problems.items() if key[0] != target}
        self.problems = others | {(target, name): error for name, error in problems.items()}

    def tend(self, target: Target) -> dict[str, PortalError]:
        """Does what is due at one target; returns what could not be done, by endpoint name.

        Raises:
            EndpointError: the endpoints can't be listed.
            ReadOnlyError: this portal changes nothing.
        """
        endpoints = list_endpoints(target)
        expired = delete_expired(target, endpoints)
        failed = {name: outcome for name, outcome in expired.items() if isinstance(outcome, PortalError)}
        to_scale = [e for e in endpoints if e.scaling and e.status == "InService" and e.name not in expired]
        return failed | {e.name: error for e in to_scale if (error := _scale(target, e))}


def _scale(target: Target, endpoint: EndpointSummary) -> PortalError | None:
    try:
        scaling.set_up(target, endpoint)
    except PortalError as error:
        return error
    return None

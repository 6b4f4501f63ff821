"""Deployments and deletions: work in the portal's registry."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from components.core.background_work import BackgroundWork
from components.core.errors import DeploymentError
from components.core.settings import current_settings
from components.core.work_registry import WorkRegistry
from components.deployment.checks import Verdict
from components.deployment.deploy import PARTS, deploy
from components.deployment.plan import DeploymentPlan
from components.deployment.preflight import check
from components.deployment.read_only import forbid_read_only
from components.deployment.removal import Removal, remove
from components.targets.target import Target

STEPS = ("Checks", *(part.capitalize() for part in PARTS.values()))
"""What a deployment goes through until SageMaker goes on by itself."""

_MOMENT = timedelta(seconds=30)


class Deployment(BackgroundWork):
    """One plan being carried out.

    `done` is how many of STEPS are behind it. It ends with an `error`, whose advice names what may be left of it, or
    with the endpoint accepted, `accepted` being when.
    """

    def __init__(self, target: Target, plan: DeploymentPlan) -> None:
        self.target = target
        self.plan = plan
        self.done = 0
        self.accepted: datetime | None = None
        super().__init__(f"deploying {plan.endpoint_name}", (target, plan.endpoint_name))

    def _carry_out(self) -> None:
        self._check()
        deploy(self.target, self.plan, lambda _part: self._step())
        self.accepted = datetime.now(UTC)

    def _unforeseen(self, error: Exception) -> DeploymentError:
        return DeploymentError(
            f"Deploying {self.plan.endpoint_name} failed: {type(error).__name__}.",
            "The portal's log says more; look below whether something of it runs.",
        )

    def _check(self) -> None:
        failed = [c for c in check(self.target, self.plan, current_settings()) if c.verdict is Verdict.FAILED]
        if failed:
            raise DeploymentError(
                " ".join(finding.what for finding in failed), " ".join(finding.advice for finding in failed)
            )
        self._step()

    def _step(self) -> None:
        self.done += 1


def start_deployment(registry: WorkRegistry, target: Target, plan: DeploymentPlan) -> Deployment:
    """Begins to carry a plan out.

    Raises:
        ReadOnlyError: this portal deploys nothing.
        DeploymentError: an endpoint of that name is being deployed already.
    """
    forbid_read_only()

    def refuse_second() -> None:
        if registry.find_running(Deployment, (target, plan.endpoint_name)):
            raise DeploymentError(
                f"{plan.endpoint_name} is being deployed already.", "Wait for it, or choose another name."
            )

    return registry.start(lambda: Deployment(target, plan), unless=refuse_second)


def deployments(registry: WorkRegistry, target: Target) -> list[Deployment]:
    """Those at that target that run or have failed, the latest first."""
    return [d for d in registry.all(Deployment) if d.target == target and not d.accepted]


def just_accepted(registry: WorkRegistry, target: Target) -> list[str]:
    """Names of the endpoints at that target that were accepted a moment ago: a list may not have them yet."""
    since = datetime.now(UTC) - _MOMENT
    return [
        deployment.plan.endpoint_name
        for deployment in registry.all(Deployment)
        if deployment.target == target and deployment.accepted and deployment.accepted > since
    ]


class Deletion(BackgroundWork):
    """One endpoint being deleted. It ends with `removal`, what was removed and what was kept, or with an `error`."""

    def __init__(self, target: Target, endpoint_name: str, on_end: Callable[[], object]) -> None:
        self.target = target
        self.endpoint_name = endpoint_name
        self.removal: Removal | None = None
        self._on_end = on_end
        super().__init__(f"deleting {endpoint_name}", (target, endpoint_name))

    def _carry_out(self) -> None:
        try:
            self.removal = remove(self.target, self.endpoint_name)
        finally:
            self._on_end()

    def _unforeseen(self, error: Exception) -> DeploymentError:
        return DeploymentError(
            f"Deleting {self.endpoint_name} failed: {type(error).__name__}.",
            "Look below whether it is still there, and try again; the portal's log says more.",
        )


def start_deletion(
    registry: WorkRegistry, target: Target, endpoint_name: str, on_end: Callable[[], object]
) -> Deletion:
    """Begins to delete an endpoint, unless that goes on already; how its deployment failed is forgotten.

    `on_end` is called in the work's thread, however it ends.
    """
    key = (target, endpoint_name)
    if deployment := registry.find(Deployment, key):
        registry.dismiss(deployment)
    return registry.start(
        lambda: Deletion(target, endpoint_name, on_end), unless=lambda: registry.find_running(Deletion, key)
    )


def deletions(registry: WorkRegistry, target: Target) -> list[Deletion]:
    """Those at that target that run, or have ended and were not dismissed, the latest first."""
    return [deletion for deletion in registry.all(Deletion) if deletion.target == target]

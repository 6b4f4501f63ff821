"""Deployments under way: each in a thread of its own, so that no page has to stay open for it."""

from datetime import UTC, datetime, timedelta
from threading import Lock

from components.core.background_work import BackgroundWork
from components.core.errors import DeploymentError
from components.core.settings import Settings
from components.deployment.checks import Verdict
from components.deployment.deploy import PARTS, deploy
from components.deployment.plan import DeploymentPlan
from components.deployment.preflight import check
from components.deployment.read_only import forbid_read_only
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
        self.started = datetime.now(UTC)
        self.done = 0
        self.accepted: datetime | None = None
        super().__init__(f"deploying {plan.endpoint_name}")

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
        failed = [c for c in check(self.target, self.plan, Settings()) if c.verdict is Verdict.FAILED]
        if failed:
            raise DeploymentError(
                " ".join(finding.what for finding in failed), " ".join(finding.advice for finding in failed)
            )
        self._step()

    def _step(self) -> None:
        self.done += 1


class Deployments:
    """All deployments of this portal, for every browser session. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._deployments: list[Deployment] = []

    def start(self, target: Target, plan: DeploymentPlan) -> Deployment:
        """Begins to carry a plan out.

        Raises:
            ReadOnlyError: this portal deploys nothing.
            DeploymentError: an endpoint of that name is being deployed already.
        """
        forbid_read_only()
        with self._lock:
            if any(d.is_running and _is_of(d, target, plan.endpoint_name) for d in self._deployments):
                raise DeploymentError(
                    f"{plan.endpoint_name} is being deployed already.", "Wait for it, or choose another name."
                )
            deployment = Deployment(target, plan)
            # What was accepted is read from the endpoint by then; what failed has been tried again.
            others = [
                d
                for d in self._deployments
                if not (_is_long_accepted(d) or _is_of(d, target, plan.endpoint_name))
            ]
            self._deployments = [*others, deployment]
            return deployment

    def of(self, target: Target) -> list[Deployment]:
        """Those at that target that run or have failed, the latest first."""
        with self._lock:
            return [d for d in reversed(self._deployments) if d.target == target and not d.accepted]

    def just_accepted(self, target: Target) -> list[str]:
        """Names of the endpoints at that target that were accepted a moment ago: a list may not have them yet."""
        with self._lock:
            recent = [
                d for d in self._deployments if d.target == target and d.accepted and not _is_long_accepted(d)
            ]
        return [deployment.plan.endpoint_name for deployment in recent]

    def dismiss(self, deployment: Deployment) -> None:
        """Forgets a deployment that has ended."""
        with self._lock:
            self._deployments = [d for d in self._deployments if d is not deployment or d.is_running]


def _is_long_accepted(deployment: Deployment) -> bool:
    return deployment.accepted is not None and deployment.accepted <= datetime.now(UTC) - _MOMENT


def _is_of(deployment: Deployment, target: Target, name: str) -> bool:
    return (deployment.target, deployment.plan.endpoint_name) == (target, name)

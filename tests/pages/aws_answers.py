"""AWS as the deploy page meets it: what each look-up answers is the test's word."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pytest

from components.core.errors import EndpointError, PortalError
from components.deployment import deployment_jobs
from components.deployment.checks import Check, Verdict
from components.deployment.jumpstart import InstanceTypes
from components.deployment.network import Networks
from components.deployment.plan import DeploymentPlan
from components.deployment.pricing import Price
from components.deployment.roles import Roles
from components.targets.target import Target
from components.widgets.endpoints import cached_lookups

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
OTHER_ROLE = "arn:aws:iam::123456789012:role/team/Other"
PASSED = Check("Quota", Verdict.PASSED, "There is room for it.")
FAILED = Check("Quota", Verdict.FAILED, "The quota is 0.", "Ask for more.")
G5, G4 = "ml.g5.2xlarge", "ml.g4dn.2xlarge"


@dataclass
class AwsAnswers:
    """What the look-ups give, and what was deployed.

    `deploying` holds a deployment up as long as it is not set; `failure` makes it fail then.
    """

    prices: dict[str, Price] = field(
        default_factory=lambda: {
            G5: Price(1.515, "the test's list"),
            G4: Price(0.94, "another region's", is_exact=False),
        }
    )
    roles: Roles = field(default_factory=lambda: Roles(ROLE, (ROLE, OTHER_ROLE)))
    types: dict[str, InstanceTypes] | EndpointError = field(default_factory=dict)
    network: Networks | EndpointError = field(default_factory=Networks)
    checks: list[Check] = field(default_factory=lambda: [PASSED])
    invocations: dict[str, int] | EndpointError = field(default_factory=dict)
    failure: PortalError | None = None
    deploying: Event = field(default_factory=Event)
    plans: list[DeploymentPlan] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def hourly_price(self, _target: Target, kind: str) -> Price | None:
        self.asked.append(kind)
        return self.prices.get(kind)

    def deploy(self, _target: Target, plan: DeploymentPlan, on_created: Callable[[str], None]) -> None:
        self.plans.append(plan)
        on_created("model")
        assert self.deploying.wait(60)
        if self.failure:
            raise self.failure

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(cached_lookups, "hourly_price", self.hourly_price)
        patch.setattr(cached_lookups, "find_roles", lambda *_: self.roles)
        patch.setattr(cached_lookups, "instance_types", lambda _: _said(self.types))
        patch.setattr(cached_lookups, "find_network", lambda _: _said(self.network))
        patch.setattr(cached_lookups, "check", lambda *_: self.checks)
        patch.setattr(cached_lookups, "invocations_of_last_day", lambda *_: _said(self.invocations))
        patch.setattr(deployment_jobs, "check", lambda *_: [])
        patch.setattr(deployment_jobs, "deploy", self.deploy)


def _said(answer: Any) -> Any:
    if isinstance(answer, EndpointError):
        raise answer
    return answer

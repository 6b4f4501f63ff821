"""The README's policies against the calls that the portal really makes."""

from typing import Any

from components.core.settings import Settings
from components.deployment.deploy import deploy
from components.deployment.endpoints import list_endpoints
from components.deployment.expiry import set_expiry
from components.deployment.janitor import Janitor
from components.deployment.monitoring import invocations_of_last_day
from components.deployment.plan import INSTANCE_TYPES, DeploymentPlan, Scaling
from components.deployment.preflight import check
from components.deployment.pricing import hourly_price
from components.deployment.removal import remove
from components.deployment.roles import find_roles
from components.targets.target import Target
from components.whisper.models import find_model
from tests.deployment.account import ROLE, make_elsewhere
from tests.deployment.readme_policies import README, policies

NEEDS_NO_PERMISSION = {"sts:GetCallerIdentity"}
# Passing the role comes with CreateModel; invoking is tested elsewhere.
NOT_SEEN = {"iam:PassRole", "sagemaker:InvokeEndpoint"}


def plan(**details: Any) -> DeploymentPlan:
    base = find_model("whisper-base")
    assert base
    return DeploymentPlan(base, "speech", instance_type=INSTANCE_TYPES[0], role_arn=ROLE, **details)


def test_trying_out_needs_no_more_than_its_policy_allows(calls: set[str], aws: Target) -> None:
    make_elsewhere(aws, "a")
    calls.clear()
    endpoints = list_endpoints(aws)
    invocations_of_last_day(aws, endpoints)
    hourly_price(aws, "ml.g5.2xlarge")
    assert calls == policies()[0] - NOT_SEEN


def test_deploying_needs_exactly_its_policy_besides(calls: set[str], aws: Target) -> None:
    find_roles(aws, Settings())
    check(aws, plan(), Settings())
    deploy(aws, plan(), lambda _: None)
    (endpoint,) = list_endpoints(aws)
    set_expiry(aws, endpoint, 8)
    set_expiry(aws, endpoint, None)
    remove(aws, "speech")
    first, second = policies()
    assert calls - first - NEEDS_NO_PERMISSION == second - NOT_SEEN


def test_automatic_scaling_needs_what_the_readme_adds_for_it(calls: set[str], aws: Target) -> None:
    deploy(aws, plan(scaling=Scaling(1, 3)), lambda _: None)
    calls.clear()
    janitor = Janitor(list, pause=3600)
    assert janitor.tend(aws) == {}
    janitor.stop()
    first, _ = policies()
    asked = calls - first
    assert {action.partition(":")[0] for action in asked} == {"application-autoscaling"}
    assert all(f"{action.partition(':')[2]}`" in README for action in asked)

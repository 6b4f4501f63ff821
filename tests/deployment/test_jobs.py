"""Deployments in threads of their own: what they tell, and how they end."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from components.core.errors import DeploymentError, ReadOnlyError
from components.deployment import jobs, jumpstart
from components.deployment.checks import Check, Verdict
from components.deployment.endpoints import list_endpoints
from components.deployment.jobs import STEPS, Deployment, Deployments
from components.deployment.plan import INSTANCE_TYPES, DeploymentPlan
from components.targets.target import Target
from components.whisper.models import find_model
from tests.deployment.account import ROLE

BASE = find_model("whisper-base")


def plan(name: str = "speech") -> DeploymentPlan:
    assert BASE
    return DeploymentPlan(BASE, name, instance_type=INSTANCE_TYPES[0], role_arn=ROLE)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[Check]:
    """What the checks find: nothing, unless the test adds to it."""
    found: list[Check] = []
    monkeypatch.setattr(jobs, "check", lambda *_: found)
    return found


def finished(deployment: Deployment) -> Deployment:
    deployment.wait()
    assert not deployment.is_running
    return deployment


def test_it_ends_with_the_endpoint_accepted(aws: Target, checks: list[Check]) -> None:
    deployments = Deployments()
    done = finished(deployments.start(aws, plan()))
    assert done.error is None
    assert done.done == len(STEPS)
    assert [endpoint.name for endpoint in list_endpoints(aws)] == ["speech"]
    # What goes on from there is read from the endpoint.
    assert deployments.of(aws) == []
    assert deployments.just_accepted(aws) == ["speech"]
    assert deployments.just_accepted(Target("elsewhere", "eu-west-1")) == []


def test_of_two_in_a_row_both_are_just_accepted(
    aws: Target, checks: list[Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    deployments = Deployments()
    finished(deployments.start(aws, plan("one")))
    finished(deployments.start(aws, plan("two")))
    assert deployments.just_accepted(aws) == ["one", "two"]
    monkeypatch.setattr(jobs, "_MOMENT", timedelta(0))
    assert deployments.just_accepted(aws) == []
    # By then it is read from the endpoint, and forgotten here.
    finished(deployments.start(aws, plan("three")))
    monkeypatch.undo()
    assert deployments.just_accepted(aws) == ["three"]


def test_a_check_that_fails_ends_it_before_anything_is_created(aws: Target, checks: list[Check]) -> None:
    checks.append(Check("Quota", Verdict.FAILED, "The quota is 0.", "Ask for more."))
    checks.append(Check("Role", Verdict.WARNING, "Who knows.", "Ask somebody."))
    deployments = Deployments()
    failed = finished(deployments.start(aws, plan()))
    assert str(failed.error) == "The quota is 0. Ask for more."
    assert failed.done == 0
    assert list_endpoints(aws) == []
    assert deployments.of(aws) == [failed]
    assert deployments.of(Target("elsewhere", "eu-west-1")) == []
    deployments.dismiss(failed)
    assert deployments.of(aws) == []


def test_it_tells_its_steps_and_no_name_is_deployed_twice_at_once(
    aws: Target, checks: list[Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = Event(), Event()

    def create(_target: Target, _plan: DeploymentPlan, _noted: Any, on_created: Any) -> None:
        on_created("CreateModel")
        reached.set()
        go_on.wait(30)

    monkeypatch.setattr(jumpstart, "create", create)
    deployments = Deployments()
    running = deployments.start(aws, plan())
    assert reached.wait(30)
    assert STEPS[: running.done] == ("Checks", "Model")
    assert running.is_running
    with pytest.raises(DeploymentError, match="already"):
        deployments.start(aws, plan())
    deployments.dismiss(running)
    assert deployments.of(aws) == [running]
    go_on.set()
    finished(running)


def test_even_a_mistake_of_ours_is_told_in_words(
    aws: Target, checks: list[Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(jumpstart, "create", create)
    failed = finished(Deployments().start(aws, plan()))
    assert isinstance(failed.error, DeploymentError)
    assert "ZeroDivisionError" in failed.error.what


def test_a_read_only_portal_starts_nothing(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    with pytest.raises(ReadOnlyError):
        Deployments().start(aws, plan())

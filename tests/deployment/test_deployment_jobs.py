"""Deployments in threads of their own: what they tell, and how they end."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from components.core.errors import DeploymentError, ReadOnlyError
from components.core.work_registry import WorkRegistry
from components.deployment import deployment_jobs, jumpstart
from components.deployment.checks import Check, Verdict
from components.deployment.deployment_jobs import (
    STEPS,
    Deployment,
    deletions,
    deployments,
    just_accepted,
    start_deletion,
    start_deployment,
)
from components.deployment.endpoints import list_endpoints
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
    monkeypatch.setattr(deployment_jobs, "check", lambda *_: found)
    return found


def finished(deployment: Deployment) -> Deployment:
    deployment.wait()
    assert not deployment.is_running
    return deployment


def test_it_ends_with_the_endpoint_accepted(aws: Target, checks: list[Check]) -> None:
    registry = WorkRegistry()
    done = finished(start_deployment(registry, aws, plan()))
    assert done.error is None
    assert done.done == len(STEPS)
    assert [endpoint.name for endpoint in list_endpoints(aws)] == ["speech"]
    # What goes on from there is read from the endpoint.
    assert deployments(registry, aws) == []
    assert just_accepted(registry, aws) == ["speech"]
    assert just_accepted(registry, Target("elsewhere", "eu-west-1")) == []


def test_of_two_in_a_row_both_are_just_accepted(
    aws: Target, checks: list[Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = WorkRegistry()
    finished(start_deployment(registry, aws, plan("one")))
    finished(start_deployment(registry, aws, plan("two")))
    assert just_accepted(registry, aws) == ["two", "one"]
    monkeypatch.setattr(deployment_jobs, "_MOMENT", timedelta(0))
    assert just_accepted(registry, aws) == []


def test_another_try_takes_the_place_of_what_failed(aws: Target, checks: list[Check]) -> None:
    registry = WorkRegistry()
    checks.append(Check("Quota", Verdict.FAILED, "The quota is 0.", "Ask for more."))
    for _ in range(2):
        finished(start_deployment(registry, aws, plan()))
    other = finished(start_deployment(registry, aws, plan("other")))
    assert len(deployments(registry, aws)) == 2
    assert deployments(registry, aws)[0] is other


def test_a_check_that_fails_ends_it_before_anything_is_created(aws: Target, checks: list[Check]) -> None:
    checks.append(Check("Quota", Verdict.FAILED, "The quota is 0.", "Ask for more."))
    checks.append(Check("Role", Verdict.WARNING, "Who knows.", "Ask somebody."))
    registry = WorkRegistry()
    failed = finished(start_deployment(registry, aws, plan()))
    assert str(failed.error) == "The quota is 0. Ask for more."
    assert failed.done == 0
    assert list_endpoints(aws) == []
    assert deployments(registry, aws) == [failed]
    assert deployments(registry, Target("elsewhere", "eu-west-1")) == []
    registry.dismiss(failed)
    assert deployments(registry, aws) == []


def test_it_tells_its_steps_and_no_name_is_deployed_twice_at_once(
    aws: Target, checks: list[Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = Event(), Event()

    def create(_target: Target, _plan: DeploymentPlan, _noted: Any, on_created: Any) -> None:
        on_created("CreateModel")
        reached.set()
        go_on.wait(30)

    monkeypatch.setattr(jumpstart, "create", create)
    registry = WorkRegistry()
    running = start_deployment(registry, aws, plan())
    assert reached.wait(30)
    assert STEPS[: running.done] == ("Checks", "Model")
    assert running.is_running
    with pytest.raises(DeploymentError, match="already"):
        start_deployment(registry, aws, plan())
    registry.dismiss(running)
    assert deployments(registry, aws) == [running]
    go_on.set()
    finished(running)


def test_even_a_mistake_of_ours_is_told_in_words(
    aws: Target, checks: list[Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(jumpstart, "create", create)
    failed = finished(start_deployment(WorkRegistry(), aws, plan()))
    assert isinstance(failed.error, DeploymentError)
    assert "ZeroDivisionError" in failed.error.what


def test_a_read_only_portal_starts_nothing(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    with pytest.raises(ReadOnlyError):
        start_deployment(WorkRegistry(), aws, plan())


def test_a_deletion_tells_what_came_of_it_and_forgets_how_the_deployment_failed(
    aws: Target, checks: list[Check]
) -> None:
    registry, ended = WorkRegistry(), Event()
    finished(start_deployment(registry, aws, plan()))
    checks.append(Check("Quota", Verdict.FAILED, "The quota is 0.", "Ask for more."))
    failed = finished(start_deployment(registry, aws, plan()))
    assert deployments(registry, aws) == [failed]
    deletion = start_deletion(registry, aws, "speech", ended.set)
    deletion.wait()
    assert deletion.removal
    assert "endpoint speech" in deletion.removal.removed
    assert (deletion.error, ended.is_set(), list_endpoints(aws)) == (None, True, [])
    assert (deployments(registry, aws), deletions(registry, aws)) == ([], [deletion])
    assert deletions(registry, Target("elsewhere", "eu-west-1")) == []
    registry.dismiss(deletion)
    assert deletions(registry, aws) == []


def test_an_endpoint_is_deleted_once_at_a_time(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    registry, go_on, ended = WorkRegistry(), Event(), Event()

    def remove(_target: Target, _name: str) -> None:
        assert go_on.wait(60)
        raise ZeroDivisionError

    monkeypatch.setattr(deployment_jobs, "remove", remove)
    deletion = start_deletion(registry, aws, "speech", ended.set)
    assert start_deletion(registry, aws, "speech", ended.set) is deletion
    go_on.set()
    deletion.wait()
    assert isinstance(deletion.error, DeploymentError)
    assert "ZeroDivisionError" in deletion.error.what
    assert ended.is_set()
    again = start_deletion(registry, aws, "speech", ended.set)
    assert deletions(registry, aws) == [again]
    again.wait()

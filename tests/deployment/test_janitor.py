"""What the running portal does by itself."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.core.errors import AccessDeniedError
from components.deployment.expiry import set_expiry
from components.deployment.janitor import Janitor
from components.deployment.plan import Scaling
from components.targets.target import Target
from tests.deployment.account import FUTURE, PAST, Make, names, refuse, the


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_running_portal_deletes_by_itself(aws: Target, make: Make) -> None:
    make("old", PAST)
    make("young", FUTURE)
    janitor = Janitor(lambda: [aws], pause=0.05)
    try:
        wait_until(lambda: names(aws) == ["young"])
    finally:
        janitor.stop()


def test_the_janitor_goes_on_after_a_failure_and_tells_it(
    aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", PAST)
    refuse(monkeypatch, aws, "a")
    nowhere = Target("nowhere", "us-east-1", endpoint_url="http://127.0.0.1:9")
    janitor = Janitor(lambda: [nowhere, aws], pause=0.05)
    try:
        wait_until(lambda: (aws, "a") in janitor.problems)
        assert isinstance(janitor.problems[aws, "a"], AccessDeniedError)
        refuse(monkeypatch, aws, "none")
        set_expiry(aws, the(aws, "a"), None)
        wait_until(lambda: not janitor.problems)
    finally:
        janitor.stop()


def test_the_janitor_survives_whatever_happens_to_the_targets(aws: Target, make: Make) -> None:
    make("old", PAST)
    rounds = iter([ZeroDivisionError])

    def targets() -> list[Target]:
        if error := next(rounds, None):
            raise error
        return [aws]

    janitor = Janitor(targets, pause=0.05)
    try:
        wait_until(lambda: names(aws) == [])
    finally:
        janitor.stop()


def test_automatic_scaling_is_set_up_once_the_endpoint_serves(aws: Target, make: Make) -> None:
    make("a", scaling=Scaling(1, 3, 30))
    make("b")
    janitor = Janitor(list, pause=3600)
    assert janitor.tend(aws) == {}
    assert janitor.tend(aws) == {}
    client = aws.client("application-autoscaling")
    (registered,) = client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert registered["ResourceId"] == "endpoint/a/variant/AllTraffic"
    assert (registered["MinCapacity"], registered["MaxCapacity"]) == (1, 3)
    (policy,) = client.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 30.0
    metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert metric == "SageMakerVariantInvocationsPerInstance"
    # What SageMaker takes down with an endpoint is set up for the next one of that name.
    which = {name: policy[name] for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
    client.delete_scaling_policy(PolicyName=policy["PolicyName"], **which)
    client.deregister_scalable_target(**which)
    assert janitor.tend(aws) == {}
    assert len(client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]) == 1
    janitor.stop()


def test_automatic_scaling_that_is_refused_is_told(
    aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", scaling=Scaling(1, 3))

    def refuse_scaling(**_: Any) -> None:
        raise ClientError(
            {"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "RegisterScalableTarget"
        )

    monkeypatch.setattr(aws.client("application-autoscaling"), "register_scalable_target", refuse_scaling)
    janitor = Janitor(list, pause=3600)
    assert isinstance(janitor.tend(aws)["a"], AccessDeniedError)
    janitor.stop()

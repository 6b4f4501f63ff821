"""Endpoints that delete themselves: by hand, by the running portal, from a shell."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.contract import MODEL_TAG
from components.deployment import tags
from components.deployment.caretaker import Caretaker
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.expiry import Expired, set_expiry
from components.deployment.expiry import delete_expired as delete
from components.deployment.plan import Scaling
from components.deployment.removal import Removal
from components.errors import AccessDeniedError, ReadOnlyError
from components.targets import Target
from tests.deployment.conftest import ROLE

ROOT = Path(__file__).parents[2]
PAST, FUTURE = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
Make = Callable[..., None]


@pytest.fixture
def make(aws: Target) -> Make:
    """Makes a Whisper endpoint on ml.g5.2xlarge that expires at that moment."""

    def make(name: str, expires: datetime | None = None, scaling: Scaling | None = None) -> None:
        noted = {MODEL_TAG: "huggingface-asr-whisper-base", tags.DEPLOYMENT: "1"}
        noted |= {tags.EXPIRES: tags.written_expiry(expires)} if expires else {}
        noted |= {tags.SCALING: tags.written_scaling(scaling)} if scaling else {}
        given = {"Tags": tags.as_list(noted)}
        sagemaker = aws.client("sagemaker")
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={}, **given)
        variant = {"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1}
        variant["InstanceType"] = "ml.g5.2xlarge"
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], **given)
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, **given)

    return make


def names(target: Target) -> list[str]:
    return [endpoint.name for endpoint in list_endpoints(target)]


def delete_expired(target: Target) -> list[Expired]:
    return delete(target, list_endpoints(target))


def the(target: Target, name: str) -> EndpointSummary:
    return next(endpoint for endpoint in list_endpoints(target) if endpoint.name == name)


def test_the_expiry_is_set_moved_and_taken_away(aws: Target, make: Make) -> None:
    make("a", PAST)
    moment = set_expiry(aws, the(aws, "a"), 8)
    assert moment
    found = the(aws, "a").expires
    assert found
    assert abs(found - moment) < timedelta(seconds=1)
    assert timedelta(hours=7.9) < found - datetime.now(UTC) < timedelta(hours=8.1)
    assert set_expiry(aws, the(aws, "a"), None) is None
    assert the(aws, "a").expires is None


@pytest.mark.parametrize("value", ["tomorrow", "", "2026-13-01", "9999-12-31T23:59:59-12:00"])
def test_a_tag_that_is_no_time_deletes_nothing(aws: Target, make: Make, value: str) -> None:
    make("a")
    tags.write(aws, the(aws, "a").arn, {tags.EXPIRES: value})
    assert the(aws, "a").expires is None
    assert delete_expired(aws) == []
    assert names(aws) == ["a"]


def test_only_what_has_expired_is_deleted(aws: Target, make: Make) -> None:
    make("old", PAST)
    make("young", FUTURE)
    make("eternal")
    (done,) = delete_expired(aws)
    assert done.endpoint_name == "old"
    assert isinstance(done.outcome, Removal)
    assert done.outcome.removed == ["endpoint old", "endpoint configuration old", "model old"]
    assert names(aws) == ["eternal", "young"]


def refuse(monkeypatch: pytest.MonkeyPatch, target: Target, which: str) -> None:
    """Has AWS refuse to delete that endpoint."""
    delete = target.sagemaker().delete_endpoint

    def meet(**given: Any) -> Any:
        if given["EndpointName"] == which:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "DeleteEndpoint"
            )
        return delete(**given)

    monkeypatch.setattr(target.sagemaker(), "delete_endpoint", meet)


def test_one_that_can_not_be_deleted_holds_up_no_other(
    aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", PAST)
    make("b", PAST)
    refuse(monkeypatch, aws, "a")
    first, second = delete_expired(aws)
    assert isinstance(first.outcome, AccessDeniedError)
    assert isinstance(second.outcome, Removal)
    assert names(aws) == ["a"]


def test_one_that_was_extended_in_the_meantime_stays(aws: Target, make: Make) -> None:
    make("a", PAST)
    before = list_endpoints(aws)
    set_expiry(aws, the(aws, "a"), 8)
    assert delete(aws, before) == []
    assert names(aws) == ["a"]


def test_one_that_is_hidden_is_told(aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a", PAST)
    paginator = aws.sagemaker().get_paginator

    def hide(operation: Any) -> Any:
        if operation == "list_tags":
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "ListTags")
        return paginator(operation)

    monkeypatch.setattr(aws.sagemaker(), "get_paginator", hide)
    (told,) = delete_expired(aws)
    assert isinstance(told.outcome, AccessDeniedError)
    assert names(aws) == ["a"]


def test_a_read_only_portal_neither_extends_nor_expires(
    aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", PAST)
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    with pytest.raises(ReadOnlyError):
        set_expiry(aws, the(aws, "a"), 8)
    with pytest.raises(ReadOnlyError):
        delete_expired(aws)
    assert names(aws) == ["a"]


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_running_portal_deletes_by_itself(aws: Target, make: Make) -> None:
    make("old", PAST)
    make("young", FUTURE)
    caretaker = Caretaker(lambda: [aws], pause=0.05)
    try:
        wait_until(lambda: names(aws) == ["young"])
    finally:
        caretaker.stop()


def test_the_caretaker_goes_on_after_a_failure_and_tells_it(
    aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", PAST)
    refuse(monkeypatch, aws, "a")
    nowhere = Target("nowhere", "us-east-1", endpoint_url="http://127.0.0.1:9")
    caretaker = Caretaker(lambda: [nowhere, aws], pause=0.05)
    try:
        wait_until(lambda: (aws, "a") in caretaker.problems)
        assert isinstance(caretaker.problems[aws, "a"], AccessDeniedError)
        refuse(monkeypatch, aws, "none")
        set_expiry(aws, the(aws, "a"), None)
        wait_until(lambda: not caretaker.problems)
    finally:
        caretaker.stop()


def test_the_caretaker_survives_whatever_happens_to_the_targets(aws: Target, make: Make) -> None:
    make("old", PAST)
    rounds = iter([ZeroDivisionError])

    def targets() -> list[Target]:
        if error := next(rounds, None):
            raise error
        return [aws]

    caretaker = Caretaker(targets, pause=0.05)
    try:
        wait_until(lambda: names(aws) == [])
    finally:
        caretaker.stop()


def test_automatic_scaling_is_set_up_once_the_endpoint_serves(aws: Target, make: Make) -> None:
    make("a", scaling=Scaling(1, 3, 30))
    make("b")
    caretaker = Caretaker(list, pause=3600)
    assert caretaker.tend(aws) == {}
    assert caretaker.tend(aws) == {}
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
    assert caretaker.tend(aws) == {}
    assert len(client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]) == 1
    caretaker.stop()


def test_automatic_scaling_that_is_refused_is_told(
    aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", scaling=Scaling(1, 3))

    def refuse_scaling(**_: Any) -> None:
        raise ClientError(
            {"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "RegisterScalableTarget"
        )

    monkeypatch.setattr(aws.client("application-autoscaling"), "register_scalable_target", refuse_scaling)
    caretaker = Caretaker(list, pause=3600)
    assert isinstance(caretaker.tend(aws)["a"], AccessDeniedError)
    caretaker.stop()


def expire(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "components.deployment.expire", *options]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False, timeout=120
    )


def test_from_a_shell(aws: Target, make: Make) -> None:
    make("old", PAST)
    make("young", FUTURE)
    dry = expire("--dry-run", "--region", "us-east-1")
    assert (dry.returncode, dry.stdout) == (0, "old: expired, not deleted\n")
    assert names(aws) == ["old", "young"]
    done = expire()
    assert done.stdout == "old: deleted endpoint old, endpoint configuration old, model old\n"
    assert names(aws) == ["young"]
    assert (expire().stdout, done.returncode) == ("Nothing has expired.\n", 0)


def test_from_a_shell_what_is_wrong_is_told_without_a_traceback(
    aws: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read_only = expire(PORTAL_READ_ONLY="1")
    assert (read_only.returncode, read_only.stdout) == (1, "")
    assert "read-only" in read_only.stderr
    unknown = expire("--profile", "nobody")
    assert unknown.returncode == 1
    assert "nobody" in unknown.stderr
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    nowhere = {"AWS_CONFIG_FILE": str(tmp_path / "a"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "b")}
    nobody = expire(AWS_EC2_METADATA_DISABLED="true", **nowhere)
    assert nobody.returncode == 1
    assert "no AWS credentials" in nobody.stderr
    wrong = expire(PORTAL_QUEUE_SIZE="x")
    assert wrong.returncode == 1
    assert "PORTAL_QUEUE_SIZE" in wrong.stderr
    assert "Traceback" not in wrong.stderr + read_only.stderr + unknown.stderr + nobody.stderr

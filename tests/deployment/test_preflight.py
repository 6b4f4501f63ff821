import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from components import room as room_module
from components.catalog import MODELS
from components.deployment import preflight, room_checks
from components.deployment.findings import Check, Verdict
from components.deployment.plan import Plan, Scaling
from components.settings import Settings
from components.targets import Target
from tests.deployment.account import ROLE
from tests.deployment.fake_aws import (
    LOCAL,
    TARGET,
    Asked,
    FakeAws,
    in_place_of_aws,
    no_connection,
    no_credentials,
    no_region,
    refusal,
    unreadable,
)

TINY = MODELS[0]
PLAN = Plan(TINY, "whisper-tiny", instance_type="ml.g5.2xlarge", role_arn=ROLE)
SETTINGS = Settings()
TRUST = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
LOCAL_PLAN = Plan(TINY, "whisper-tiny")
ALL = ["Credentials", "Region", "Execution role", "Quota", "Name"]


def free(kind: str) -> Any:
    return refusal(
        "ValidationException", f'Could not find {kind} "arn:aws:sagemaker:eu-west-1:0:x/whisper-tiny".'
    )


def role(arn: str = ROLE, **changes: Any) -> Any:
    policy = quote(json.dumps({"Statement": TRUST | changes}))
    return lambda _: {"Role": {"Arn": arn, "AssumeRolePolicyDocument": policy}}


def allowed(value: float) -> Any:
    return lambda _: {"Quota": {"QuotaName": "ml.g5.2xlarge for endpoint usage", "Value": value}}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    """An account in which nothing is in the way."""
    account = in_place_of_aws(monkeypatch)
    account.answers |= {
        "GetCallerIdentity": lambda _: {"Arn": "arn:aws:iam::123456789012:user/me"},
        "GetRole": role(),
        "GetServiceQuota": allowed(1.0),
        "ListEndpoints": lambda _: {"Endpoints": []},
        "DescribeEndpoint": free("endpoint"),
        "DescribeEndpointConfig": free("endpoint configuration"),
        "DescribeModel": free("model"),
    }
    return account


def checks(plan: Plan = PLAN, target: Target = TARGET) -> dict[str, Check]:
    return {found.subject: found for found in preflight.check(target, plan, SETTINGS)}


def test_where_nothing_is_in_the_way_all_checks_pass(account: FakeAws) -> None:
    assert preflight.check(TARGET, PLAN, SETTINGS) == [
        Check("Credentials", Verdict.PASSED, "AWS knows you as arn:aws:iam::123456789012:user/me."),
        Check("Region", Verdict.PASSED, "SageMaker exists in eu-west-1."),
        Check("Execution role", Verdict.PASSED, f"SageMaker may assume {ROLE}."),
        Check(
            "Quota",
            Verdict.PASSED,
            "'ml.g5.2xlarge for endpoint usage' is 1 in eu-west-1: 0 in use, up to 1 more by this plan.",
        ),
        Check("Name", Verdict.PASSED, "The name whisper-tiny is free."),
    ]


def test_the_checks_are_made_at_the_same_time(account: FakeAws) -> None:
    meeting = threading.Barrier(4, timeout=5)

    def meet(answer: Any) -> Any:
        def wait(asked: Asked) -> Any:
            meeting.wait()
            return answer(asked)

        return wait

    for operation in ("GetCallerIdentity", "GetRole", "GetServiceQuota", "DescribeModel"):
        account.answers[operation] = meet(account.answers[operation])
    assert {found.verdict for found in checks().values()} == {Verdict.PASSED}


@pytest.mark.parametrize(
    ("answer", "what", "advice"),
    [
        (refusal("ExpiredToken", "The token has expired"), "The token has expired", "aws sso login"),
        (refusal("InvalidClientTokenId", "The token is invalid"), "The token is invalid", "aws sso login"),
        (no_credentials, "Unable to locate credentials", "aws configure"),
        (no_region, "You must specify a region", "AWS_DEFAULT_REGION"),
    ],
)
def test_without_credentials_nothing_else_is_said(
    account: FakeAws, answer: Any, what: str, advice: str
) -> None:
    account.answers = dict.fromkeys(account.answers, answer)
    (found,) = preflight.check(TARGET, PLAN, SETTINGS)
    assert (found.subject, found.verdict) == ("Credentials", Verdict.FAILED)
    assert what in found.what
    assert advice in found.advice


def test_a_profile_that_is_gone_fails() -> None:
    gone = Target("AWS", "eu-west-1", profile="no-such-profile")
    (found,) = preflight.check(gone, PLAN, SETTINGS)
    assert found.verdict is Verdict.FAILED
    assert "no-such-profile" in found.what


def test_no_network_at_all(account: FakeAws) -> None:
    account.answers = dict.fromkeys(account.answers, no_connection)
    found = checks()
    assert list(found) == ALL
    assert found["Name"].verdict is Verdict.FAILED
    assert "can't be reached" in found["Name"].what
    assert all(
        found[subject].verdict is Verdict.WARNING for subject in ("Credentials", "Execution role", "Quota")
    )


def test_answers_that_are_not_from_aws(account: FakeAws) -> None:
    account.answers = dict.fromkeys(account.answers, unreadable)
    found = checks()
    assert list(found) == ALL
    assert found.pop("Region").verdict is Verdict.PASSED
    assert {each.verdict for each in found.values()} == {Verdict.WARNING}
    assert all("log" in each.advice for each in found.values())


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1", "mx-central-1"])
def test_regions_with_sagemaker(account: FakeAws, region: str) -> None:
    assert checks(target=Target("AWS", region))["Region"].verdict is Verdict.PASSED


def test_a_region_that_does_not_exist(account: FakeAws) -> None:
    found = checks(target=Target("AWS", "eu-west-9"))["Region"]
    assert found.verdict is Verdict.FAILED
    assert "eu-west-9" in found.what
    assert "us-east-1" in found.advice


def test_a_role_that_sagemaker_may_not_assume(account: FakeAws) -> None:
    account.answers["GetRole"] = role(Principal={"Service": "lambda.amazonaws.com"})
    found = checks()["Execution role"]
    assert found.verdict is Verdict.FAILED
    assert found.what == f"SageMaker may not assume {ROLE}."
    assert "trust policy" in found.advice


@pytest.mark.parametrize("answer", [refusal("NoSuchEntity"), lambda _: {}, lambda _: {"Role": {}}])
def test_a_role_that_does_not_exist(account: FakeAws, answer: Any) -> None:
    account.answers["GetRole"] = answer
    found = checks()["Execution role"]
    assert (found.verdict, found.what) == (Verdict.FAILED, f"This account has no role {ROLE}.")


def test_a_role_of_the_same_name_is_not_the_role(account: FakeAws) -> None:
    other = "arn:aws:iam::999999999999:role/SageMakerExecutionRole"
    account.answers["GetRole"] = role(other)
    found = checks()["Execution role"]
    assert found.verdict is Verdict.FAILED
    assert found.what == f"This account has no role {ROLE}. There is {other}."


def test_the_role_is_asked_for_by_its_name_without_the_path(account: FakeAws) -> None:
    arn = "arn:aws:iam::123456789012:role/service-role/mine"
    account.answers["GetRole"] = role(arn)
    assert checks(replace(PLAN, role_arn=arn))["Execution role"].verdict is Verdict.PASSED
    assert [asked for _, operation, asked in account.asked if operation == "GetRole"] == [
        {"RoleName": "mine"}
    ]


def test_no_role(account: FakeAws) -> None:
    assert checks(replace(PLAN, role_arn=None))["Execution role"].verdict is Verdict.FAILED
    assert account.calls["GetRole"] == 0


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_a_role_that_can_not_be_looked_up_is_a_warning(account: FakeAws, code: str) -> None:
    account.answers["GetRole"] = refusal(code, "iam:GetRole was refused")
    found = checks()["Execution role"]
    assert found.verdict is Verdict.WARNING
    assert "iam:GetRole was refused" in found.what
    assert found.advice


def test_a_role_that_is_no_arn_is_a_finding_and_no_crash(account: FakeAws) -> None:
    assert checks(replace(PLAN, role_arn="arn:aws:iam::1:role/"))["Execution role"].verdict is Verdict.WARNING


def test_a_quota_of_zero(account: FakeAws) -> None:
    account.answers["GetServiceQuota"] = allowed(0.0)
    found = checks()["Quota"]
    assert found.verdict is Verdict.FAILED
    assert "'ml.g5.2xlarge for endpoint usage' is 0" in found.what
    assert found.advice.startswith(
        "Ask for 1 or more in the Service Quotas console (Amazon SageMaker, eu-west-1)"
    )


@pytest.mark.parametrize(
    ("quota", "verdict"), [(5, Verdict.PASSED), (4, Verdict.WARNING), (2, Verdict.FAILED)]
)
def test_the_quota_must_hold_what_runs_and_all_that_scaling_may_add(
    account: FakeAws, quota: int, verdict: Verdict
) -> None:
    runs_already(account, 2)
    account.answers["GetServiceQuota"] = allowed(quota)
    found = checks(replace(PLAN, scaling=Scaling(1, 3)))["Quota"]
    assert found.verdict is verdict
    assert "2 in use, up to 3 more" in found.what


def runs_already(account: FakeAws, instances: int) -> None:
    """Another endpoint, with as many instances."""
    listed = {
        "EndpointName": "llm",
        "EndpointArn": "arn:aws:sagemaker:eu-west-1:0:endpoint/llm",
        "LastModifiedTime": 0,
        "EndpointStatus": "InService",
    }
    variant = {"VariantName": "v", "InstanceType": "ml.g5.2xlarge", "InitialInstanceCount": instances}
    free_name, free_config = account.answers["DescribeEndpoint"], account.answers["DescribeEndpointConfig"]
    account.answers |= {
        "ListEndpoints": lambda _: {"Endpoints": [listed]},
        "DescribeEndpoint": lambda asked: (
            {"EndpointConfigName": "llm"} if asked["EndpointName"] == "llm" else free_name(asked)
        ),
        "DescribeEndpointConfig": lambda asked: (
            {"ProductionVariants": [variant]} if asked["EndpointConfigName"] == "llm" else free_config(asked)
        ),
    }


@pytest.mark.parametrize("operation", ["GetServiceQuota", "ListEndpoints"])
@pytest.mark.parametrize("code", ["AccessDeniedException", "TooManyRequestsException"])
def test_a_quota_that_can_not_be_looked_up_is_a_warning(account: FakeAws, operation: str, code: str) -> None:
    account.answers[operation] = refusal(code)
    found = checks()["Quota"]
    assert found.verdict is Verdict.WARNING
    assert "not you" in found.what


def test_a_quota_that_nobody_knows_is_a_warning(account: FakeAws) -> None:
    missing = refusal("NoSuchResourceException")
    account.answers |= {"GetServiceQuota": missing, "GetAWSDefaultServiceQuota": missing}
    account.answers |= dict.fromkeys(
        ("ListServiceQuotas", "ListAWSDefaultServiceQuotas"), lambda _: {"Quotas": []}
    )
    assert checks()["Quota"].verdict is Verdict.WARNING


def test_without_an_instance_type_there_is_no_quota(account: FakeAws) -> None:
    assert checks(replace(PLAN, instance_type=None))["Quota"].verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("taken", "what"),
    [
        (["DescribeEndpoint"], "There is an endpoint named whisper-tiny already."),
        (["DescribeEndpointConfig"], "There is an endpoint configuration named whisper-tiny already."),
        (["DescribeModel"], "There is a model named whisper-tiny already."),
        (
            ["DescribeEndpoint", "DescribeModel"],
            "There is an endpoint and a model named whisper-tiny already.",
        ),
    ],
)
def test_a_name_that_is_taken(account: FakeAws, taken: list[str], what: str) -> None:
    account.answers |= dict.fromkeys(taken, lambda _: {})
    found = checks()["Name"]
    assert (found.verdict, found.what) == (Verdict.FAILED, what)
    assert "another name" in found.advice


def test_a_name_that_is_taken_is_told_though_something_else_is_hidden(account: FakeAws) -> None:
    account.answers |= {"DescribeEndpoint": refusal("AccessDeniedException"), "DescribeModel": lambda _: {}}
    assert checks()["Name"].verdict is Verdict.FAILED


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "ValidationException"])
def test_a_name_that_can_not_be_looked_up_is_a_warning(account: FakeAws, code: str) -> None:
    account.answers["DescribeModel"] = refusal(code, "not today")
    found = checks()["Name"]
    assert found.verdict is Verdict.WARNING
    assert "not today" in found.what


def test_over_the_network(aws: Target) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    aws.client("iam").create_role(RoleName="SageMakerExecutionRole", AssumeRolePolicyDocument=policy)
    found = checks(target=aws)
    assert all(
        found[subject].verdict is Verdict.PASSED for subject in ("Credentials", "Region", "Execution role")
    )
    assert found["Name"] == Check("Name", Verdict.PASSED, "The name whisper-tiny is free.")
    aws.sagemaker().create_model(
        ModelName="whisper-tiny", PrimaryContainer={"Image": "image"}, ExecutionRoleArn=ROLE
    )
    assert checks(target=aws)["Name"].what == "There is a model named whisper-tiny already."


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What this computer has, in bytes; to be changed by the test."""
    has = {"disk": 10**11, "memory": 10**11}
    for module in (room_module, room_checks):
        monkeypatch.setattr(module, "free_disk", lambda _: has["disk"])
        monkeypatch.setattr(module, "available_memory", lambda: has["memory"])
    return has


def test_on_this_computer_name_disk_and_memory_are_checked(
    account: FakeAws, room: dict[str, int], tmp_path: Path
) -> None:
    size = room_module.gigabytes(TINY.download_bytes)
    loading = room_module.gigabytes(room_module.memory_to_load(TINY.download_bytes))
    assert preflight.check(LOCAL, LOCAL_PLAN, Settings(data_dir=tmp_path)) == [
        Check("Name", Verdict.PASSED, "The name whisper-tiny is free."),
        Check("Disk", Verdict.PASSED, f"100.0 GB are free on the disk, for a download of {size}."),
        Check("Memory", Verdict.PASSED, f"100.0 GB of memory are available, for loading {loading}."),
    ]
    assert account.calls.keys() == {"DescribeEndpoint", "DescribeEndpointConfig", "DescribeModel"}


def test_a_name_that_is_taken_on_this_computer(account: FakeAws, room: dict[str, int]) -> None:
    account.answers["DescribeEndpoint"] = lambda _: {}
    found = checks(LOCAL_PLAN, LOCAL)
    assert list(found) == ["Name", "Disk", "Memory"]
    assert found["Name"].verdict is Verdict.FAILED


def test_a_full_disk_is_a_warning_since_the_weights_may_be_there(
    account: FakeAws, room: dict[str, int], tmp_path: Path
) -> None:
    room["disk"] = TINY.download_bytes - 1
    settings = Settings(data_dir=tmp_path, weights_dir=tmp_path)
    found = preflight.check(LOCAL, LOCAL_PLAN, settings)[1]
    assert found.verdict is Verdict.WARNING
    assert str(tmp_path) in found.what
    assert "PORTAL_DATA_DIR" in found.advice
    (tmp_path / "whisper-tiny").mkdir()
    assert preflight.check(LOCAL, LOCAL_PLAN, settings)[1].verdict is Verdict.PASSED


def test_too_little_memory_is_a_warning_because_the_model_may_be_loaded_already(
    account: FakeAws, room: dict[str, int]
) -> None:
    room["memory"] = TINY.download_bytes
    found = checks(LOCAL_PLAN, LOCAL)["Memory"]
    assert found.verdict is Verdict.WARNING
    assert "of memory" in found.what
    assert found.advice


def test_a_disk_that_can_not_be_looked_at_is_a_finding_and_no_crash(
    account: FakeAws, room: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> int:
        raise PermissionError(13, "no")

    monkeypatch.setattr(room_module, "free_disk", broken)
    assert checks(LOCAL_PLAN, LOCAL)["Disk"].verdict is Verdict.WARNING

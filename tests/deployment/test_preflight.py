import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from components.deployment import preflight
from components.deployment.checks import Check, Verdict
from components.targets.target import Target
from tests.deployment.account import ROLE
from tests.deployment.fake_aws import (
    TARGET,
    Asked,
    FakeAws,
    no_connection,
    no_credentials,
    no_region,
    refusal,
    unreadable,
)
from tests.deployment.preflight_driver import PLAN, SETTINGS, TRUST, checks, role

ALL = ["Credentials", "Region", "Execution role", "Quota", "Name"]


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

"""The check whether the account's quota has room for a deployment."""

from dataclasses import replace

import pytest

from components.deployment.checks import Verdict
from components.deployment.plan import Scaling
from tests.deployment.fake_aws import (
    FakeAws,
    refusal,
)
from tests.deployment.preflight_driver import PLAN, allowed, checks


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

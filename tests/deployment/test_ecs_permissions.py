"""The policies in hosting/ecs.yaml: the README's and no more, those of the calls, and parliament's opinion of them."""

import json
from typing import Any

import parliament
import pytest

from components.deployment.endpoints import list_endpoints
from components.deployment.expiry import delete_expired
from components.targets.target import Target
from tests.deployment.account import FUTURE, PAST, Make, make_elsewhere
from tests.deployment.readme_policies import README, actions, policies
from tests.hosting.template import DEPLOYING, OIDC, OWN_TURN, ROLE, Stack

TRYING_OUT = Stack(**OIDC, **OWN_TURN)
DEPLOYS = Stack(**OIDC, **OWN_TURN, **DEPLOYING)
EVERYTHING = Stack(**OIDC, **DEPLOYING)
STACKS = [TRYING_OUT, DEPLOYS, EVERYTHING, Stack(SignIn="none")]
DOCUMENTS = {json.dumps(one) for stack in STACKS for role in stack.policies().values() for one in role}


def allowed(stack: Stack, role: str) -> set[str]:
    return set().union(*map(actions, stack.policies()[role]))


def statements(stack: Stack) -> list[dict[str, Any]]:
    return [one for role in stack.policies().values() for policy in role for one in policy["Statement"]]


@pytest.mark.parametrize("document", sorted(DOCUMENTS))
def test_parliament_finds_nothing(document: str) -> None:
    findings = parliament.analyze_policy_string(document).findings
    # These actions know no resource, which parliament says of each.
    assert [finding for finding in findings if finding.issue != "RESOURCE_STAR"] == []


def test_parliament_would_find_an_action_that_does_not_exist_and_a_resource_of_another_service() -> None:
    policy: dict[str, Any] = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}
    for action, resource, issue in (
        ("sagemaker:InvokeEndpint", "*", "UNKNOWN_ACTION"),
        ("sagemaker:InvokeEndpoint", "arn:aws:s3:::portal/*", "RESOURCE_MISMATCH"),
    ):
        policy["Statement"][0] |= {"Action": action, "Resource": resource}
        findings = parliament.analyze_policy_string(json.dumps(policy)).findings
        assert [finding.issue for finding in findings] == [issue]


def test_the_tasks_role_may_do_what_the_readme_says() -> None:
    first, second = policies()
    assert allowed(TRYING_OUT, "TaskRole") == first
    assert allowed(DEPLOYS, "TaskRole") == first | second


def test_with_a_channel_of_kinesis_it_may_ask_for_turn_besides() -> None:
    more = allowed(EVERYTHING, "TaskRole") - allowed(DEPLOYS, "TaskRole")
    assert len(more) == 3
    assert all(f"{action.partition(':')[2]}`" in README for action in more)
    assert {action.partition(":")[0] for action in more} == {"kinesisvideo"}


@pytest.mark.parametrize("stack", STACKS)
def test_no_action_has_a_wildcard_and_only_few_know_no_resource(stack: Stack) -> None:
    of_no_resource = {
        "sagemaker:ListEndpoints",
        "cloudwatch:GetMetricData",
        "pricing:GetProducts",
        "servicequotas:GetServiceQuota",
        "servicequotas:GetAWSDefaultServiceQuota",
        "iam:ListRoles",
        "ecr:GetAuthorizationToken",
    }
    for statement in statements(stack):
        found = actions({"Statement": [statement]})
        assert not any("*" in action for action in found)
        assert statement["Resource"] != "*" or found <= of_no_resource


def test_a_role_is_given_on_only_if_it_is_named_and_only_to_its_service() -> None:
    passing = [one for one in statements(EVERYTHING) if one["Action"] == "iam:PassRole"]
    given = {one["Condition"]["StringEquals"]["iam:PassedToService"]: one["Resource"] for one in passing}
    assert given.pop("sagemaker.amazonaws.com") == ROLE
    ((service, roles),) = given.items()
    assert service == "ecs-tasks.amazonaws.com"
    assert sorted(roles) == [
        f"arn:aws:iam::123456789012:role/{name}" for name in ("ExecutionRole", "ExpiryRole")
    ]


def test_deleting_what_has_expired_needs_exactly_the_expiry_tasks_role(
    calls: set[str], aws: Target, make: Make
) -> None:
    make("old", PAST)
    make("young", FUTURE)
    make_elsewhere(aws, "theirs")
    calls.clear()
    delete_expired(aws, list_endpoints(aws))
    assert calls == allowed(EVERYTHING, "ExpiryRole")

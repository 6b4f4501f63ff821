import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from components.core.settings import Settings
from components.deployment import roles
from components.deployment.roles import Roles, find_roles, trusts_sagemaker
from components.targets.target import Target
from tests.deployment.fake_aws import (
    LOCAL,
    TARGET,
    FakeAws,
    in_place_of_aws,
    no_connection,
    no_credentials,
    no_region,
    refusal,
    unreadable,
)

ACCOUNT = "arn:aws:iam::123456789012:role"
SETTINGS = Settings()
USER = {"Arn": "arn:aws:iam::123456789012:user/me"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
LAMBDA = TRUST | {"Principal": {"Service": "lambda.amazonaws.com"}}
BY_HAND = "Enter the role's ARN by hand, or set PORTAL_SAGEMAKER_ROLE_ARN."


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeAws:
    monkeypatch.setattr(roles, "STUDIO_METADATA", tmp_path / "metadata.json")
    account = in_place_of_aws(monkeypatch)
    account.answers |= {
        "GetCallerIdentity": lambda _: USER,
        "ListRoles": lambda _: {"Roles": [], "IsTruncated": False},
    }
    return account


def assumed(role: str) -> dict[str, str]:
    return {"Arn": f"arn:aws:sts::123456789012:assumed-role/{role}/session"}


def role(path: str, *statements: dict[str, Any]) -> dict[str, Any]:
    """A role as IAM sends it: with its policy as escaped JSON."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements or [TRUST]})
    return {"Arn": f"{ACCOUNT}/{path}", "AssumeRolePolicyDocument": quote(policy)}


def has(account: FakeAws, *listed: dict[str, Any]) -> None:
    account.answers["ListRoles"] = lambda _: {"Roles": listed, "IsTruncated": False}


def in_studio(**metadata: str) -> None:
    roles.STUDIO_METADATA.write_text(json.dumps(metadata))


def test_an_account_without_roles(account: FakeAws) -> None:
    assert find_roles(TARGET, SETTINGS) == Roles()


def test_the_roles_that_trust_sagemaker_are_listed_from_all_pages(account: FakeAws) -> None:
    pages = {
        None: {"Roles": [role("a"), role("no", LAMBDA)], "IsTruncated": True, "Marker": "more"},
        "more": {"Roles": [role("service-role/b"), {"Arn": "no policy"}, {}], "IsTruncated": False},
    }
    account.answers["ListRoles"] = lambda asked: pages[asked.get("Marker")]
    assert find_roles(TARGET, SETTINGS) == Roles(None, (f"{ACCOUNT}/a", f"{ACCOUNT}/service-role/b"))


def test_the_only_role_of_the_account_is_suggested(account: FakeAws) -> None:
    has(account, role("a"), role("no", LAMBDA))
    assert find_roles(TARGET, SETTINGS).suggested == f"{ACCOUNT}/a"


def test_the_callers_own_role_is_suggested_with_its_path(account: FakeAws) -> None:
    account.answers["GetCallerIdentity"] = lambda _: assumed("mine")
    has(account, role("a"), role("service-role/mine"))
    found = find_roles(TARGET, SETTINGS)
    assert found == Roles(f"{ACCOUNT}/service-role/mine", (f"{ACCOUNT}/service-role/mine", f"{ACCOUNT}/a"))
    assert account.calls == {"GetCallerIdentity": 1, "ListRoles": 1}


def test_the_callers_own_role_is_not_suggested_where_sagemaker_may_not_assume_it(account: FakeAws) -> None:
    account.answers["GetCallerIdentity"] = lambda _: assumed("mine")
    has(account, role("a"), role("b"), role("mine", LAMBDA))
    assert find_roles(TARGET, SETTINGS) == Roles(None, (f"{ACCOUNT}/a", f"{ACCOUNT}/b"))


def test_who_may_not_list_may_ask_for_the_own_role_still(account: FakeAws) -> None:
    account.answers["GetCallerIdentity"] = lambda _: assumed("mine")
    account.answers["ListRoles"] = refusal("AccessDenied", "User is not authorized to perform: iam:ListRoles")
    account.answers["GetRole"] = lambda asked: {"Role": role(f"service-role/{asked['RoleName']}")}
    found = find_roles(TARGET, SETTINGS)
    assert found.suggested == f"{ACCOUNT}/service-role/mine"
    assert found.available == (f"{ACCOUNT}/service-role/mine",)
    assert found.note is not None
    assert "iam:ListRoles" in found.note


@pytest.mark.parametrize(
    "answer", [refusal("AccessDenied"), lambda _: {"Role": role("mine", LAMBDA)}, lambda _: {}, no_connection]
)
def test_an_own_role_that_is_of_no_use_or_hidden(account: FakeAws, answer: Any) -> None:
    account.answers["GetCallerIdentity"] = lambda _: assumed("mine")
    account.answers["ListRoles"] = refusal("AccessDenied")
    account.answers["GetRole"] = answer
    found = find_roles(TARGET, SETTINGS)
    assert (found.suggested, found.available) == (None, ())


def test_the_setting_comes_first_then_studio_then_the_callers(account: FakeAws) -> None:
    account.answers["GetCallerIdentity"] = lambda _: assumed("mine")
    has(account, role("a"), role("mine"), role("set"))
    in_studio(ExecutionRoleArn=f"{ACCOUNT}/studio")
    found = find_roles(TARGET, Settings(sagemaker_role_arn=f"{ACCOUNT}/set"))
    assert found.suggested == f"{ACCOUNT}/set"
    assert found.available == tuple(f"{ACCOUNT}/{name}" for name in ("set", "studio", "mine", "a"))
    assert find_roles(TARGET, SETTINGS).suggested == f"{ACCOUNT}/studio"
    roles.STUDIO_METADATA.unlink()
    assert find_roles(TARGET, SETTINGS).suggested == f"{ACCOUNT}/mine"


def test_a_profile_is_not_studios_identity(account: FakeAws) -> None:
    in_studio(ExecutionRoleArn=f"{ACCOUNT}/studio")
    assert find_roles(Target("AWS", "eu-west-1", profile="other"), SETTINGS).available == ()


@pytest.mark.parametrize(
    "metadata",
    ["", "no JSON", "[]", "null", '"text"', '{"ExecutionRoleArn": 7}', '{"DomainId": "d-1"}', "{}"],
)
def test_odd_metadata_gives_no_role(account: FakeAws, metadata: str) -> None:
    roles.STUDIO_METADATA.write_text(metadata)
    assert find_roles(TARGET, SETTINGS) == Roles()


def test_a_refusal_says_what_to_do(account: FakeAws) -> None:
    account.answers["ListRoles"] = refusal("AccessDenied", "You may not perform: iam:ListRoles")
    found = find_roles(TARGET, Settings(sagemaker_role_arn=f"{ACCOUNT}/set"))
    assert found.available == (f"{ACCOUNT}/set",)
    assert found.note == (
        f"AWS does not allow this identity to use IAM: You may not perform: iam:ListRoles. {BY_HAND}"
    )


@pytest.mark.parametrize("operation", ["GetCallerIdentity", "ListRoles"])
@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (refusal("ExpiredToken"), "aws sso login"),
        (refusal("Throttling"), "Wait a moment"),
        (no_connection, "Check the network"),
        (no_credentials, "aws configure"),
        (no_region, "AWS_DEFAULT_REGION"),
        (unreadable, "PORTAL_SAGEMAKER_ROLE_ARN"),
    ],
)
def test_every_other_failure_has_its_own_advice(
    account: FakeAws, operation: str, answer: Any, advice: str
) -> None:
    account.answers[operation] = answer
    found = find_roles(TARGET, SETTINGS)
    assert (found.suggested, found.available) == (None, ())
    assert found.note is not None
    assert advice in found.note


def test_a_profile_that_is_gone_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "STUDIO_METADATA", tmp_path / "none")
    found = find_roles(Target("AWS", "eu-west-1", profile="no-such-profile"), SETTINGS)
    assert found.note is not None
    assert "no-such-profile" in found.note


def test_this_computer_needs_no_role_and_nobody_is_asked(account: FakeAws) -> None:
    assert find_roles(LOCAL, Settings(sagemaker_role_arn=f"{ACCOUNT}/set")) == Roles()
    assert not account.calls


@pytest.mark.parametrize(
    "statement",
    [
        TRUST,
        [LAMBDA, TRUST],
        TRUST | {"Principal": {"Service": ["lambda.amazonaws.com", "sagemaker.amazonaws.com"]}},
        TRUST | {"Action": ["sts:TagSession", "STS:assumerole"]},
        TRUST | {"Action": "sts:*"},
    ],
)
def test_policies_that_trust_sagemaker(statement: Any) -> None:
    assert trusts_sagemaker({"Statement": statement})


@pytest.mark.parametrize(
    "policy",
    [
        None,
        "undecoded",
        {},
        {"Statement": []},
        {"Statement": None},
        {"Statement": ["odd", None]},
        {"Statement": LAMBDA},
        {"Statement": TRUST | {"Effect": "Deny"}},
        {"Statement": TRUST | {"Action": "sts:TagSession"}},
        {"Statement": TRUST | {"Principal": {"AWS": "sagemaker.amazonaws.com"}}},
        {"Statement": TRUST | {"Principal": "*"}},
        {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}},
        {"Statement": TRUST | {"Principal": {"Service": "not-sagemaker.amazonaws.com"}}},
    ],
)
def test_policies_that_do_not(policy: object) -> None:
    assert not trusts_sagemaker(policy)


def test_roles_are_found_over_the_network(
    aws: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "STUDIO_METADATA", tmp_path / "none")
    iam = aws.client("iam")
    for name, statement in (("sagemaker", TRUST), ("lambda", LAMBDA)):
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_role(RoleName=name, Path="/service-role/", AssumeRolePolicyDocument=policy)
    only = f"{ACCOUNT}/service-role/sagemaker"
    assert find_roles(aws, SETTINGS) == Roles(only, (only,))

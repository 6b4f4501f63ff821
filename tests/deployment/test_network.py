from typing import Any

import pytest

from components.core.errors import EndpointError, EndpointUnreachableError, NoCredentialsError
from components.deployment.network import Networks, VpcResource, find_network
from components.targets.target import Target
from tests.deployment.fake_aws import (
    LOCAL,
    TARGET,
    FakeAws,
    in_place_of_aws,
    no_connection,
    no_credentials,
    refusal,
)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    account = in_place_of_aws(monkeypatch)
    account.answers |= {
        "DescribeSubnets": lambda _: {"Subnets": []},
        "DescribeSecurityGroups": lambda _: {"SecurityGroups": []},
    }
    return account


def subnet(identifier: str, vpc: str, zone: str, **more: Any) -> dict[str, Any]:
    return {"SubnetId": identifier, "VpcId": vpc, "AvailabilityZone": zone, **more}


def test_all_pages_are_read_and_sorted(account: FakeAws) -> None:
    pages = {
        None: {"Subnets": [subnet("subnet-3", "vpc-b", "eu-west-1a")], "NextToken": "more"},
        "more": {
            "Subnets": [
                subnet("subnet-2", "vpc-a", "eu-west-1b", Tags=[{"Key": "Owner", "Value": "me"}]),
                subnet("subnet-1", "vpc-a", "eu-west-1a", Tags=[{"Key": "Name", "Value": "private"}]),
            ]
        },
    }
    account.answers["DescribeSubnets"] = lambda asked: pages[asked.get("NextToken")]
    account.answers["DescribeSecurityGroups"] = lambda _: {
        "SecurityGroups": [
            {"GroupId": "sg-2", "VpcId": "vpc-a", "GroupName": "web"},
            {"GroupId": "sg-1", "VpcId": "vpc-a", "GroupName": "default"},
        ]
    }
    assert find_network(TARGET) == Networks(
        (
            VpcResource("vpc-a", "eu-west-1a", "private", "subnet-1"),
            VpcResource("vpc-a", "eu-west-1b", "", "subnet-2"),
            VpcResource("vpc-b", "eu-west-1a", "", "subnet-3"),
        ),
        (VpcResource("vpc-a", "", "default", "sg-1"), VpcResource("vpc-a", "", "web", "sg-2")),
    )
    assert account.calls == {"DescribeSubnets": 2, "DescribeSecurityGroups": 1}


def test_what_lacks_fields_is_shown_as_far_as_it_is_known(account: FakeAws) -> None:
    account.answers["DescribeSubnets"] = lambda _: {"Subnets": [{}, {"SubnetId": "subnet-1", "Tags": [{}]}]}
    account.answers["DescribeSecurityGroups"] = lambda _: {}
    assert find_network(TARGET) == Networks((VpcResource("", "", "", "subnet-1"),))


@pytest.mark.parametrize("operation", ["DescribeSubnets", "DescribeSecurityGroups"])
def test_a_refusal_is_explained(account: FakeAws, operation: str) -> None:
    account.answers[operation] = refusal("UnauthorizedOperation", "You are not authorized")
    with pytest.raises(EndpointError, match=r"EC2 in eu-west-1.*You are not authorized"):
        find_network(TARGET)


def test_no_connection_and_no_credentials_are_explained(account: FakeAws) -> None:
    account.answers["DescribeSubnets"] = no_connection
    with pytest.raises(EndpointUnreachableError, match="EC2 in eu-west-1 can't be reached"):
        find_network(TARGET)
    account.answers["DescribeSubnets"] = no_credentials
    with pytest.raises(NoCredentialsError, match="aws configure"):
        find_network(TARGET)


def test_this_computer_has_none_and_is_not_asked(account: FakeAws) -> None:
    assert find_network(LOCAL) == Networks()
    assert not account.calls


def test_the_default_vpc_of_an_account(aws: Target) -> None:
    found = find_network(aws)
    assert len(found.subnets) == 6
    assert {group.name for group in found.security_groups} == {"default"}
    assert {group.vpc for group in found.security_groups} == {one.vpc for one in found.subnets}

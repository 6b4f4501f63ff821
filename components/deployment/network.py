"""Which subnets and security groups an endpoint may run in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from components.targets.aws_errors import explained
from components.targets.target import Target


@dataclass(frozen=True)
class Subnet:
    """One subnet; `zone` is its availability zone, `name` its tag Name, or empty."""

    id: str
    vpc: str
    zone: str
    name: str


@dataclass(frozen=True)
class SecurityGroup:
    """One security group; `name` is its group name."""

    id: str
    vpc: str
    name: str


@dataclass(frozen=True)
class Networks:
    """What the account has in the target's region, sorted by VPC, then by zone and name."""

    subnets: tuple[Subnet, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()


def find_network(target: Target) -> Networks:
    """All subnets and security groups of the target's region; none on this computer, which has no VPC.

    Raises:
        EndpointError: EC2 can't be reached, or refuses the request.
    """
    if target.endpoint_url:
        return Networks()
    with explained(f"EC2 in {target.region}"), ThreadPoolExecutor(max_workers=2) as pool:
        subnets = pool.submit(_listed, target, "describe_subnets", "Subnets", "SubnetId")
        groups = pool.submit(_listed, target, "describe_security_groups", "SecurityGroups", "GroupId")
        return Networks(
            tuple(sorted(map(_subnet, subnets.result()), key=attrgetter("vpc", "zone", "name", "id"))),
            tuple(sorted(map(_group, groups.result()), key=attrgetter("vpc", "name", "id"))),
        )


def _listed(target: Target, operation: str, key: str, identifier: str) -> list[dict[str, Any]]:
    pages = target.client("ec2").get_paginator(operation).paginate(PaginationConfig={"PageSize": 1000})
    return [found for page in pages for found in page.get(key, ()) if identifier in found]


def _subnet(found: dict[str, Any]) -> Subnet:
    name = next((tag.get("Value", "") for tag in found.get("Tags", ()) if tag.get("Key") == "Name"), "")
    return Subnet(found["SubnetId"], found.get("VpcId", ""), found.get("AvailabilityZone", ""), name)


def _group(found: dict[str, Any]) -> SecurityGroup:
    return SecurityGroup(found["GroupId"], found.get("VpcId", ""), found.get("GroupName", ""))

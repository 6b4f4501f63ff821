"""Which subnets and security groups an endpoint may run in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from components.targets.aws_errors import explained
from components.targets.target import Target


@dataclass(frozen=True, order=True)
class VpcResource:
    """A subnet or a security group; `zone` is a subnet's availability zone, `name` its tag Name or the group's name."""

    vpc: str
    zone: str
    name: str
    id: str


@dataclass(frozen=True)
class Networks:
    """What the account has in the target's region, sorted by VPC, then by zone and name."""

    subnets: tuple[VpcResource, ...] = ()
    security_groups: tuple[VpcResource, ...] = ()


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
        return Networks(subnets.result(), groups.result())


def _listed(target: Target, operation: str, key: str, identifier: str) -> tuple[VpcResource, ...]:
    pages = target.client("ec2").get_paginator(operation).paginate(PaginationConfig={"PageSize": 1000})
    described = (found for page in pages for found in page.get(key, ()) if identifier in found)
    return tuple(sorted(_resource(found, found[identifier]) for found in described))


def _resource(found: dict[str, Any], identifier: str) -> VpcResource:
    tags = {tag.get("Key"): tag.get("Value", "") for tag in found.get("Tags", ())}
    name = found.get("GroupName", tags.get("Name", ""))
    return VpcResource(found.get("VpcId", ""), found.get("AvailabilityZone", ""), name, identifier)

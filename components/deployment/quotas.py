"""How many instances of a type the account may run for endpoints, and how many it does."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import EndpointSummaryTypeDef

from components.deployment.endpoint_details import Instances, instances
from components.deployment.inspection import listed, unless_gone
from components.targets.aws_errors import explained
from components.targets.target import Target

_SERVICE = "sagemaker"
_CODES = {
    "ml.g4dn.2xlarge": "L-EA346344",
    "ml.g5.2xlarge": "L-9614C779",
    "ml.g5.4xlarge": "L-C1B9A48D",
    "ml.g5.8xlarge": "L-065D610E",
    "ml.p3.2xlarge": "L-1623D0BE",
}
"""Service Quotas' codes, the same in every region; without one, some 2,000 quotas are to be paged through."""


def quota_name(instance_type: str) -> str:
    """What Service Quotas calls the quota of that instance type."""
    return f"{instance_type} for endpoint usage"


def quota(target: Target, instance_type: str) -> int | None:
    """How many instances of the type all endpoints of account and region may have together.

    None where Service Quotas has no such quota, which does not say that it is zero.

    Raises:
        EndpointError: Service Quotas can't be reached, or refuses the request.
    """
    name = quota_name(instance_type)
    with explained(f"Service Quotas in {target.region}"):
        client = target.client("service-quotas")
        found = _by_code(client, _CODES[instance_type]) if instance_type in _CODES else {}
        if found.get("QuotaName") != name:
            found = _by_name(client, name)
    return int(found["Value"]) if "Value" in found else None


def instances_in_use(target: Target, instance_type: str) -> int:
    """How many instances of the type the endpoints of account and region have now, whatever they serve.

    Raises:
        EndpointError: the endpoints can't be listed or looked into.
    """
    with explained(target.name), ThreadPoolExecutor(max_workers=8) as pool:
        # One that has failed holds no instances any more.
        holding = [endpoint for endpoint in listed(target) if endpoint["EndpointStatus"] != "Failed"]
        running = list(pool.map(lambda endpoint: _instances(target, endpoint), holding))
    return sum(count for found in running for kind, count in found.by_type if kind == instance_type)


def _by_code(client: Any, code: str) -> dict[str, Any]:  # noqa: ANN401 - boto3's client
    # What was never raised may be there as a default only.
    for ask in (client.get_service_quota, client.get_aws_default_service_quota):
        try:
            return dict(ask(ServiceCode=_SERVICE, QuotaCode=code).get("Quota", {}))
        except client.exceptions.NoSuchResourceException:
            continue
    return {}


def _by_name(client: Any, name: str) -> dict[str, Any]:  # noqa: ANN401
    for operation in ("list_service_quotas", "list_aws_default_service_quotas"):
        pages = client.get_paginator(operation).paginate(
            ServiceCode=_SERVICE, PaginationConfig={"PageSize": 100}
        )
        quotas = (found for page in pages for found in page.get("Quotas", ()))
        if found := next((found for found in quotas if found.get("QuotaName") == name), None):
            return dict(found)
    return {}


def _instances(target: Target, endpoint: "EndpointSummaryTypeDef") -> Instances:
    key = (target, endpoint["EndpointName"], endpoint["EndpointArn"], endpoint["LastModifiedTime"])
    # It may have been deleted in the meantime.
    return unless_gone(lambda: instances(*key)) or Instances()

"""How often endpoints were invoked, from CloudWatch."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from components.deployment.endpoints import EndpointSummary
from components.targets.aws_errors import explained
from components.targets.target import Target

_QUERIES_PER_CALL = 500
"""The most that GetMetricData takes (CloudWatch API reference)."""
_DAY = timedelta(days=1)
# Sums of whole hours are added up: a period of a day would be one of the calendar's days, or two halves.
_PERIOD_SECONDS = 3600
_NOT_COUNTED = {"InternalError", "Forbidden"}


def invocations_of_last_day(target: Target, endpoints: Iterable[EndpointSummary]) -> dict[str, int]:
    """Invocations in the last 24 hours, by endpoint name; empty for this computer, which CloudWatch doesn't watch.

    Endpoints without a known variant are left out, and so are those that CloudWatch can't count at the moment.

    Raises:
        EndpointError: CloudWatch can't be reached, or does not let itself be asked.
    """
    if target.endpoint_url:
        return {}
    asked = [(endpoint.name, endpoint.variant) for endpoint in endpoints if endpoint.variant]
    counts: dict[str, int] = {}
    with explained(f"CloudWatch in {target.region}"):
        for start in range(0, len(asked), _QUERIES_PER_CALL):
            counts |= _counted(target.client("cloudwatch"), asked[start : start + _QUERIES_PER_CALL])
    return counts


def _counted(cloudwatch: Any, asked: Sequence[tuple[str, str]]) -> dict[str, int]:  # noqa: ANN401 - boto3's client
    names = {f"e{number}": name for number, (name, _) in enumerate(asked)}
    queries = [_query(identifier, *which) for identifier, which in zip(names, asked, strict=True)]
    now = datetime.now(UTC)
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=now - _DAY, EndTime=now
    )
    counts: dict[str, int] = {}
    for result in (result for page in pages for result in page.get("MetricDataResults", ())):
        name = names.get(result.get("Id", ""))
        if name and result.get("StatusCode") not in _NOT_COUNTED:
            counts[name] = counts.get(name, 0) + round(sum(result.get("Values", ())))
    return counts


def _query(identifier: str, name: str, variant: str) -> dict[str, Any]:
    # By the endpoint's name alone CloudWatch has no data.
    dimensions = [{"Name": "EndpointName", "Value": name}, {"Name": "VariantName", "Value": variant}]
    metric = {"Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Dimensions": dimensions}
    return {"Id": identifier, "MetricStat": {"Metric": metric, "Period": _PERIOD_SECONDS, "Stat": "Sum"}}

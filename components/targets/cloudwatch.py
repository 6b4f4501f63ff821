"""Queries to CloudWatch for the metrics of SageMaker endpoints."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from components.targets.aws_errors import explained
from components.targets.target import Target

_QUERIES_PER_CALL = 500
"""The most that GetMetricData takes (CloudWatch API reference)."""
_UNUSABLE = {"InternalError", "Forbidden"}
"""Status codes of results that hold no values."""


@dataclass(frozen=True)
class MetricQuery:
    """One statistic of one metric in the namespace AWS/SageMaker; `period` is in seconds.

    Both dimensions are needed: CloudWatch has no data under an endpoint's name alone.
    """

    endpoint: str
    variant: str
    metric: str
    statistic: str
    period: int


def metric_values(
    target: Target, queries: Sequence[MetricQuery], start: datetime, end: datetime
) -> dict[MetricQuery, list[float]]:
    """The values of each query, one for each period that has data; a query that CloudWatch can't answer is missing.

    Raises:
        EndpointError: CloudWatch can't be reached, or refuses.
    """
    values = defaultdict[MetricQuery, list[float]](list)
    with explained(f"CloudWatch in {target.region}"):
        for query, found in _results(target, queries, start, end):
            values[query] += found
    return dict(values)


def _results(
    target: Target, queries: Sequence[MetricQuery], start: datetime, end: datetime
) -> Iterator[tuple[MetricQuery, list[float]]]:
    paginator = target.client("cloudwatch").get_paginator("get_metric_data")
    for begin in range(0, len(queries), _QUERIES_PER_CALL):
        # An id begins with a small letter.
        by_id = {f"q{n}": query for n, query in enumerate(queries[begin : begin + _QUERIES_PER_CALL])}
        asked = [_as_request(id_, query) for id_, query in by_id.items()]
        for page in paginator.paginate(MetricDataQueries=asked, StartTime=start, EndTime=end):
            for result in page.get("MetricDataResults", ()):
                if result.get("Id") in by_id and result.get("StatusCode") not in _UNUSABLE:
                    yield by_id[result["Id"]], result.get("Values", [])


def _as_request(id_: str, query: MetricQuery) -> dict[str, Any]:
    dimensions = [
        {"Name": "EndpointName", "Value": query.endpoint},
        {"Name": "VariantName", "Value": query.variant},
    ]
    metric = {"Namespace": "AWS/SageMaker", "MetricName": query.metric, "Dimensions": dimensions}
    return {"Id": id_, "MetricStat": {"Metric": metric, "Period": query.period, "Stat": query.statistic}}

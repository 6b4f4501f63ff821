"""The table of endpoints as a file for spreadsheets."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from components.core.csv_export import csv_text
from components.deployment.endpoints import EndpointSummary
from components.deployment.pricing import Price, cost_so_far
from components.widgets.endpoints.hourly import hourly

_HEADER = (
    "endpoint",
    "model",
    "status",
    "instance type",
    "instances",
    "created",
    "USD an hour",
    "USD so far",
    "expires",
    "invocations of the last day",
)


def as_csv(
    endpoints: Iterable[EndpointSummary],
    prices: Mapping[str, Price | None],
    invocations: Mapping[str, int],
    now: datetime,
) -> str:
    """One line for each endpoint; times are UTC in ISO 8601, and what is not known is empty."""
    return csv_text(_HEADER, (_row(endpoint, prices, invocations, now) for endpoint in endpoints))


def _row(
    endpoint: EndpointSummary,
    prices: Mapping[str, Price | None],
    invocations: Mapping[str, int],
    now: datetime,
) -> tuple[object, ...]:
    price = prices.get(endpoint.instance_type or "")
    return (
        endpoint.name,
        endpoint.model.name if endpoint.model else None,
        endpoint.status,
        endpoint.instance_type,
        endpoint.instance_count,
        _written(endpoint.created),
        hourly(endpoint, prices),
        None if price is None or endpoint.status == "Failed" else round(cost_so_far(endpoint, price, now), 2),
        endpoint.expires and _written(endpoint.expires),
        invocations.get(endpoint.name),
    )


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")

"""What endpoints cost an hour, in words."""

from collections.abc import Iterable, Mapping

from components.core.formatting import hourly_usd
from components.deployment.endpoints import EndpointSummary
from components.deployment.pricing import Price


def hourly(endpoint: EndpointSummary, prices: Mapping[str, Price | None]) -> float | None:
    """USD an hour for all its instances; None where that is not known.

    One that failed to start has no instances, and one that is being deleted loses them.
    """
    if endpoint.status in {"Failed", "Deleting"}:
        return 0.0
    price = prices.get(endpoint.instance_type or "")
    count = 1 if endpoint.instance_count is None else endpoint.instance_count
    return price.usd_per_hour * count if price else None


def sources(prices: Mapping[str, Price | None]) -> str:
    """Whose prices these are, in one sentence; empty where there are none."""
    found = sorted({price.source for price in prices.values() if price})
    return f"Prices: {'; '.join(found)}." if found else ""


def hourly_total(endpoints: Iterable[EndpointSummary], prices: Mapping[str, Price | None]) -> str:
    """What they cost together; those of unknown price are counted beside the sum."""
    asked = tuple(endpoints)
    if not asked:
        return ":gray[cost nothing yet]"
    if any(endpoint.instance_type and endpoint.instance_type not in prices for endpoint in asked):
        return "Looking up the prices …"
    costs = [hourly(endpoint, prices) for endpoint in asked]
    known = [cost for cost in costs if cost is not None]
    missing = len(costs) - len(known)
    parts = [f"**{hourly_usd(sum(known))}** together"] if known else []
    return ", and ".join([*parts, f"{missing} of unknown price"] if missing else parts)

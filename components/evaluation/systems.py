"""What is measured: an endpoint with all that is known of it, and the client that reaches it."""

from dataclasses import dataclass

from components.deployment.endpoints import EndpointSummary
from components.deployment.pricing import Price
from components.endpoint_client import EndpointClient
from components.evaluation.runs.records import System
from components.targets.target import Target


@dataclass(frozen=True)
class Candidate:
    """One endpoint to be measured."""

    system: System
    client: EndpointClient


def candidate(target: Target, endpoint: EndpointSummary, price: Price | None) -> Candidate:
    """An endpoint as it is now; `price` is that of one of its instances, None where that is not known."""
    system = System(
        endpoint.name,
        target.name,
        target.region,
        endpoint.model.name if endpoint.model else None,
        endpoint.instance_type,
        endpoint.instance_count,
        endpoint.variant,
        price.usd_per_hour if price else None,
        price.source if price else None,
    )
    return Candidate(system, EndpointClient(target, endpoint.name, endpoint.model))

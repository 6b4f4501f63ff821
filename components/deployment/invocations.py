"""How often endpoints were invoked, from CloudWatch."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from components.deployment.endpoints import EndpointSummary
from components.targets.cloudwatch import MetricQuery, metric_values
from components.targets.target import Target

_DAY = timedelta(days=1)
# Sums of whole hours are added up: a period of a day would be one of the calendar's days, or two halves.
_PERIOD_SECONDS = 3600


def invocations_of_last_day(target: Target, endpoints: Iterable[EndpointSummary]) -> dict[str, int]:
    """Invocations in the last 24 hours, by endpoint name; empty for this computer, which CloudWatch doesn't watch.

    Endpoints without a known variant are left out, and so are those that CloudWatch can't count at the moment.

    Raises:
        EndpointError: CloudWatch can't be reached, or refuses.
    """
    if target.endpoint_url:
        return {}
    queries = [
        MetricQuery(endpoint.name, endpoint.variant, "Invocations", "Sum", _PERIOD_SECONDS)
        for endpoint in endpoints
        if endpoint.variant
    ]
    now = datetime.now(UTC)
    values = metric_values(target, queries, now - _DAY, now)
    return {query.endpoint: round(sum(counts)) for query, counts in values.items()}

"""What CloudWatch knows of endpoints: how often they were invoked, and where their log is."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from components.deployment.endpoints import EndpointSummary
from components.targets.cloudwatch import MetricQuery, metric_values
from components.targets.target import Target

_DAY = timedelta(days=1)
# Sums of whole hours are added up: a period of a day would be one of the calendar's days, or two halves.
_PERIOD_SECONDS = 3600
# The console's domain where a region does not belong to the commercial partition.
_CONSOLES = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}


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


def log_group(endpoint_name: str) -> str:
    """The CloudWatch log group of an endpoint; SageMaker makes it when the first container starts."""
    return f"/aws/sagemaker/Endpoints/{endpoint_name}"


def console_log_url(target: Target, endpoint_name: str) -> str | None:
    """The page of AWS's console with the endpoint's log; None for this computer, which has no console."""
    if target.endpoint_url:
        return None
    region = target.region
    console = next(
        (name for prefix, name in _CONSOLES.items() if region.startswith(prefix)), "console.aws.amazon.com"
    )
    # The console takes names that are escaped twice, with a dollar sign in the place of the per cent sign.
    group = quote(quote(log_group(endpoint_name), safe=""), safe="").replace("%", "$")
    return f"https://{region}.{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}"

"""How much may be asked of a latency run, and how much that is."""

from collections.abc import Sequence

from components.core.errors import PortalError

MOST_REQUESTS, MOST_WARM_UPS, MOST_AT_ONCE = 10_000, 100, 32
"""The last is the number of connections that boto3 keeps open to one endpoint (components/targets/target.py)."""


class LatencyPlanError(PortalError):
    """A latency run can't be made so."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "Change that; nothing was sent.")


def check_numbers(requests: int, warm_up: int, concurrency: Sequence[int]) -> None:
    """Lets numbers pass that a run can be made with.

    Raises:
        LatencyPlanError: requests are not 1 to 10,000, warm-up not 0 to 100, or a step of the concurrency is not
            1 to 32, comes twice, is out of order, or is more than the requests.
    """
    if not 1 <= requests <= MOST_REQUESTS:
        raise LatencyPlanError(f"{requests} requests: it must be from 1 to {MOST_REQUESTS:,}.")
    if not 0 <= warm_up <= MOST_WARM_UPS:
        raise LatencyPlanError(f"{warm_up} warm-up requests: it must be from 0 to {MOST_WARM_UPS}.")
    steps = ", ".join(str(step) for step in concurrency)
    if not concurrency:
        raise LatencyPlanError("No number of requests at once is given: it takes at least one, such as 1.")
    if not all(1 <= step <= MOST_AT_ONCE for step in concurrency):
        raise LatencyPlanError(f"Concurrency {steps}: each step must be from 1 to {MOST_AT_ONCE}.")
    if list(concurrency) != sorted(set(concurrency)):
        raise LatencyPlanError(f"Concurrency {steps}: the steps must rise, none coming twice.")
    if concurrency[-1] > requests:
        raise LatencyPlanError(f"{requests} requests are too few for {concurrency[-1]} at once.")


def request_count(stages: int, requests: int, warm_up: int, concurrency: Sequence[int]) -> int:
    """How many requests a run sends, warm-up included; `stages` are systems by clips."""
    return stages * sum(requests + warm_up * step for step in concurrency)

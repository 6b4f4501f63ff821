"""What a session works with: a target and one of its endpoints."""

from dataclasses import dataclass

from components.deployment.endpoints import EndpointSummary
from components.errors import EndpointError
from components.targets import Target


@dataclass(frozen=True)
class Selection:
    """What is chosen; `endpoint` is None where there is none, and `error` says why none can be listed."""

    target: Target | None = None
    endpoint: EndpointSummary | None = None
    error: EndpointError | None = None

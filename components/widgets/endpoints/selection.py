"""What a session works with: a target and one of its endpoints."""

from dataclasses import dataclass

from components.core.errors import EndpointError
from components.deployment.endpoints import EndpointSummary
from components.targets.target import Target

TARGET, ENDPOINT, MODEL = "target", "endpoint", "model"
"""Names in a page's address for a target's region, an endpoint and a model; the keys of their widgets are the same."""


@dataclass(frozen=True)
class Selection:
    """What is chosen; `endpoint` is None where there is none, and `error` says why none can be listed."""

    target: Target | None = None
    endpoint: EndpointSummary | None = None
    error: EndpointError | None = None

    @property
    def names(self) -> dict[str, str | None]:
        """As it stands in a page's address."""
        return {
            TARGET: self.target.region if self.target else None,
            ENDPOINT: self.endpoint.name if self.endpoint else None,
        }

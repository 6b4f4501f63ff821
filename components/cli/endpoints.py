"""Which endpoints a command asks, and waiting until they answer."""

import time
from collections.abc import Callable, Mapping, Sequence

from components.core.errors import (
    DeploymentError,
    EndpointNotFoundError,
    EndpointNotReadyError,
)
from components.deployment import local_deploy
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.plan import DeploymentPlan
from components.targets.target import LOCAL_REGION, Target
from components.whisper.models import MODELS, WhisperModel, find_model

Tell = Callable[[str], None]


def in_service(target: Target, names: Sequence[str], say: Tell) -> list[EndpointSummary]:
    """The endpoints of these names, in their order, waited for as long as they start.

    Raises:
        EndpointError: one of them does not exist, has failed to start or is not in service, or the target can't be
            asked.
    """
    while True:
        known = {endpoint.name: endpoint for endpoint in list_endpoints(target)}
        chosen = [_usable(known, name, target) for name in names]
        starting = [endpoint for endpoint in chosen if endpoint.is_starting]
        if not starting:
            return chosen
        say("; ".join(f"{endpoint.name} is starting: {endpoint.progress or '…'}" for endpoint in starting))
        # Listing those of AWS takes many calls, and there an instance takes minutes to start.
        time.sleep(0.5 if target.endpoint_url else 10)


def endpoint_name(given: str) -> str:
    """The endpoint that somebody means: no endpoint's name has a dot, but some models' names have."""
    return given.replace(".", "-")


def deploy(target: Target, given: Sequence[str]) -> None:
    """Deploys those models on a fresh embedded endpoint that are not there."""
    there = {endpoint.name for endpoint in list_endpoints(target)}
    for name in given:
        model = _model(name)
        if endpoint_name(name) not in there and model:
            plan = DeploymentPlan(model, endpoint_name(name), hours=None)
            local_deploy.create(target, plan, {}, lambda _created: None)


def _model(given: str) -> WhisperModel | None:
    named = (model for model in MODELS if endpoint_name(model.name) == given)
    return find_model(given) or next(named, None)


def _usable(known: Mapping[str, EndpointSummary], given: str, target: Target) -> EndpointSummary:
    endpoint = known.get(endpoint_name(given))
    if endpoint is None:
        there = ", ".join(known) or "none"
        raise EndpointNotFoundError(
            f"{target.name} has no endpoint {given}.", f"Name one that it has: {there}.{_hint(target)}"
        )
    if endpoint.is_broken:
        reason = (endpoint.failure_reason or "SageMaker gives no reason").rstrip(".")
        raise DeploymentError(
            f"{given} failed to start: {reason}.", "Put that right, delete it and deploy it again."
        )
    if not endpoint.is_serving and not endpoint.is_starting:
        raise EndpointNotReadyError(
            f"{given} is {endpoint.status} and answers no requests.",
            "Wait until it is InService, or name another.",
        )
    return endpoint


def _hint(target: Target) -> str:
    if target.region != LOCAL_REGION:
        return ""
    return (
        f" One that the command starts itself is named after its model: {', '.join(m.name for m in MODELS)}."
    )

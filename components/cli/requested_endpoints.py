"""The endpoints that a command names: found, deployed where it has started the target, waited for."""

import time
from collections.abc import Callable, Mapping, Sequence

from components.core.errors import DeploymentError, EndpointNotFoundError, EndpointNotReadyError
from components.deployment.deploy import create_here
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.plan import DeploymentPlan
from components.targets.target import LOCAL_REGION, Target
from components.whisper.models import MODELS, WhisperModel, endpoint_name, find_model


def in_service(target: Target, names: Sequence[str], on_wait: Callable[[str], None]) -> list[EndpointSummary]:
    """The endpoints of these names, in their order, when none of them is starting any more.

    Raises:
        EndpointError: one of them does not exist, has failed to start or is not in service, or the target
            can't be reached.
    """
    while True:
        known = {endpoint.name: endpoint for endpoint in list_endpoints(target)}
        chosen = [_usable(known, name, target) for name in names]
        starting = [endpoint for endpoint in chosen if endpoint.is_starting]
        if not starting:
            return chosen
        on_wait(
            "; ".join(f"{endpoint.name} is starting: {endpoint.progress or '…'}" for endpoint in starting)
        )
        # Listing those of AWS takes many calls, and there an instance takes minutes to start.
        time.sleep(0.5 if target.endpoint_url else 10)


def requested_model(name: str) -> WhisperModel | None:
    """The model that an endpoint's or model's name means; None where it means none."""
    named = (model for model in MODELS if endpoint_name(model.name) == name)
    return find_model(name) or next(named, None)


def deploy(target: Target, names: Sequence[str]) -> None:
    """Deploys on a new embedded endpoint those models among the names that it does not serve yet."""
    present = {endpoint.name for endpoint in list_endpoints(target)}
    for name in names:
        model = requested_model(name)
        if endpoint_name(name) not in present and model:
            plan = DeploymentPlan(model, endpoint_name(name), hours=None)
            create_here(target, plan, {}, lambda _created: None)


def _usable(known: Mapping[str, EndpointSummary], name: str, target: Target) -> EndpointSummary:
    endpoint = known.get(endpoint_name(name))
    if endpoint is None:
        advice = f"Name one that it has: {', '.join(known) or 'none'}."
        if target.region == LOCAL_REGION:
            models = ", ".join(model.name for model in MODELS)
            advice += f" One that the command starts itself is named after its model: {models}."
        raise EndpointNotFoundError(f"{target.name} has no endpoint {name}.", advice)
    if endpoint.is_broken:
        reason = (endpoint.failure_reason or "SageMaker gives no reason").rstrip(".")
        raise DeploymentError(
            f"{name} failed to start: {reason}.", "Put that right, delete it and deploy it again."
        )
    if not endpoint.is_serving and not endpoint.is_starting:
        raise EndpointNotReadyError(
            f"{name} is {endpoint.status} and answers no requests.",
            "Wait until it is InService, or name another.",
        )
    return endpoint

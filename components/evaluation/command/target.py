"""Which endpoints the command measures: where they are, and waiting until they answer."""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from components.aws_errors import explained
from components.catalog import MODELS, WhisperModel, find_model
from components.deployment import containers
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.deployment.plan import Plan
from components.embedded_process import EmbeddedEndpoint
from components.errors import (
    DeploymentError,
    EndpointNotFoundError,
    EndpointNotReadyError,
    EndpointUnreachableError,
    NoCredentialsError,
)
from components.settings import Settings
from components.targets import LOCAL_REGION, Target, aws, this_computer

Tell = Callable[[str], None]


@contextmanager
def chosen_target(given: argparse.Namespace, settings: Settings, tell: Tell) -> Iterator[Target]:
    """Where to measure. An embedded endpoint that is started for it ends with the block.

    Raises:
        EndpointError: AWS was asked for and is not set up, or the embedded endpoint does not start.
    """
    target = this_computer(given.endpoint_url) if given.endpoint_url else _aws(given, settings)
    if target:
        yield target
        return
    if not settings.embedded_endpoint:
        raise NoCredentialsError(
            "There are no AWS credentials, and PORTAL_EMBEDDED_ENDPOINT leaves out the endpoint on this computer.",
            "Run `aws configure`, or give --endpoint-url.",
        )
    tell("No AWS credentials: an endpoint on this computer is started for the run.")
    with _embedded(settings, tell) as url:
        target = this_computer(url)
        _deploy(target, given.endpoint)
        yield target


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


def _aws(given: argparse.Namespace, settings: Settings) -> Target | None:
    chosen = {
        "aws_region": given.region or settings.aws_region,
        "aws_profile": given.profile or settings.aws_profile,
    }
    with explained("AWS"):
        target = aws(settings.model_copy(update=chosen))
    if target is None and (given.region or given.profile):
        raise NoCredentialsError(
            "There are no AWS credentials, or there is no region.",
            "Run `aws configure`, give --profile and --region, or leave both out to measure on this computer.",
        )
    return target


@contextmanager
def _embedded(settings: Settings, tell: Tell) -> Iterator[str]:
    def pass_on(line: str) -> None:
        # It notes each request, which the progress tells already.
        if " INFO " not in line:
            tell(line.rstrip())

    endpoint = EmbeddedEndpoint(settings.model_copy(update={"embedded_port": 0}), log=pass_on)
    endpoint.start()
    try:
        if not endpoint.is_running:
            raise EndpointUnreachableError(
                "The endpoint on this computer does not start.", endpoint.failure or "Its log says more."
            )
        yield endpoint.url
    finally:
        endpoint.stop()


def _deploy(target: Target, given: Sequence[str]) -> None:
    """Deploys those models on a fresh embedded endpoint that are not there."""
    there = {endpoint.name for endpoint in list_endpoints(target)}
    for name in given:
        model = _model(name)
        if endpoint_name(name) not in there and model:
            plan = Plan(model, endpoint_name(name), hours=None)
            containers.create(target, plan, {}, lambda _created: None)


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
    return f" One that the run starts itself is named after its model: {', '.join(m.name for m in MODELS)}."

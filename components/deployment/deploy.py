"""Carries out a plan: all of it, or nothing that stays behind."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from components.core.errors import PortalError
from components.deployment import jumpstart, tags
from components.deployment.inspection import CONFIG, ENDPOINT, MODEL, Part, delete
from components.deployment.plan import DeploymentPlan
from components.deployment.read_only import forbid_read_only
from components.targets.aws_errors import FAILURES, explained
from components.targets.target import Target
from components.whisper.contract import MODEL_ID

logger = logging.getLogger(__name__)

PARTS = {"CreateModel": MODEL, "CreateEndpointConfig": CONFIG, "CreateEndpoint": ENDPOINT}
"""What each call creates, in the order of the calls."""


def deploy(target: Target, plan: DeploymentPlan, on_created: Callable[[str], None]) -> None:
    """Creates everything that the plan asks for; `on_created` is called with each kind of part as soon as it is there.

    Returns when the endpoint is accepted and Creating. What fails before that leaves nothing behind: the parts that
    bear this deployment's mark are deleted again, also those of which AWS's word got lost.

    Raises:
        ReadOnlyError: this portal deploys nothing.
        EndpointError: why it failed; where a part could not be deleted again, the advice names it.
    """
    forbid_read_only()
    mark, made = uuid4().hex, list[str]()

    def note(call: str) -> None:
        if call in PARTS:
            made.append(PARTS[call])
            on_created(PARTS[call])

    create = create_here if target.endpoint_url else jumpstart.create
    try:
        create(target, plan, _noted(plan, mark), note)
    except PortalError as error:
        if not _is_accepted(target, plan.endpoint_name, mark, made, error):
            raise


def create_here(
    target: Target, plan: DeploymentPlan, noted: dict[str, str], on_created: Callable[[str], None]
) -> None:
    """Creates the plan's model, endpoint configuration and endpoint on this computer, as `jumpstart.create` on AWS.

    Raises:
        EndpointError: the control plane refuses one of the calls. What was created before stays.
    """
    sagemaker, name, listed = target.client("sagemaker"), plan.endpoint_name, tags.as_list(noted)
    container = {"Environment": {MODEL_ID: plan.model.name}}
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": plan.instance_count}
    with explained(name):
        sagemaker.create_model(ModelName=name, PrimaryContainer=container, Tags=listed)
        on_created("CreateModel")
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], Tags=listed)
        on_created("CreateEndpointConfig")
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, Tags=listed)
        on_created("CreateEndpoint")


def _noted(plan: DeploymentPlan, mark: str) -> dict[str, str]:
    noted = {**plan.tags, tags.DEPLOYMENT: mark}
    if plan.hours is not None:
        noted[tags.EXPIRES] = tags.written_expiry(datetime.now(UTC) + timedelta(hours=plan.hours))
    if plan.scaling:
        noted[tags.SCALING] = tags.written_scaling(plan.scaling)
    return noted


def _is_accepted(target: Target, name: str, mark: str, made: list[str], error: PortalError) -> bool:
    """Whether the endpoint exists after all; if not, deletes what bears the mark, or has the advice name it."""
    try:
        if tags.deployment(target, (ENDPOINT, name)) == mark:
            logger.warning("%s was accepted, although this came up: %s", name, error)
            return True
    except FAILURES:
        logger.exception("it is not known whether %s was accepted", name)
        # It may be: nothing is taken from under it.
        left = list(dict.fromkeys([*made, ENDPOINT])) if CONFIG in made else made
    else:
        left = [kind for kind in (CONFIG, MODEL) if not _undo(target, (kind, name), mark)]
    if left:
        error.advice += f" Look whether something named {name} was left behind: {' or '.join(left)}."
    return False


def _undo(target: Target, part: Part, mark: str) -> bool:
    """Deletes a part that bears the mark; False where it may still be there."""
    try:
        if tags.deployment(target, part) == mark:
            delete(target, part)
    except FAILURES:
        logger.exception("%s %s may be left behind", *part)
        return False
    return True

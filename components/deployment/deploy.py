"""Carries out a plan: all of it, or nothing that stays behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from components.deployment import containers, jumpstart, tags
from components.deployment.plan import Plan
from components.deployment.read_only import forbid_read_only
from components.deployment.removal import CONFIG, ENDPOINT, MODEL, delete_parts
from components.errors import PortalError
from components.targets import Target

PARTS = {"CreateModel": MODEL, "CreateEndpointConfig": CONFIG, "CreateEndpoint": ENDPOINT}
"""What each call creates, in the order of the calls."""


def deploy(target: Target, plan: Plan, created: Callable[[str], None]) -> None:
    """Creates everything that the plan asks for; `created` is told each part as soon as it is there.

    Returns when the endpoint is accepted and Creating. What fails before that leaves nothing behind: the parts that
    this deployment made are deleted again.

    Raises:
        ReadOnlyError: this portal deploys nothing.
        EndpointError: why it failed; where a part could not be deleted again, the advice names it.
    """
    forbid_read_only()
    made: list[str] = []

    def note(call: str) -> None:
        made.append(call)
        created(PARTS[call])

    create = containers.create if target.endpoint_url else jumpstart.create
    try:
        create(target, plan, _noted(plan), note)
    except PortalError as error:
        if not _is_accepted(target, plan, made):
            left = delete_parts(target, plan.endpoint_name, [PARTS[call] for call in reversed(made)])
            if left:
                error.advice = (
                    f"{error.advice} By hand, delete what could not be deleted again: {', '.join(left)}."
                )
            raise


def _noted(plan: Plan) -> dict[str, str]:
    noted = {**plan.tags, tags.PORTAL: tags.MADE_BY_PORTAL}
    if plan.hours is not None:
        noted[tags.EXPIRES] = tags.written_expiry(datetime.now(UTC) + timedelta(hours=plan.hours))
    if plan.scaling:
        noted[tags.SCALING] = tags.written_scaling(plan.scaling)
    return noted


def _is_accepted(target: Target, plan: Plan, made: list[str]) -> bool:
    """Whether the endpoint exists all the same: its acceptance got lost on the way, or the SDK failed after it."""
    if "CreateEndpoint" in made:
        return True
    if "CreateEndpointConfig" not in made:
        return False
    name, sagemaker = plan.endpoint_name, target.sagemaker()
    try:
        endpoint = sagemaker.describe_endpoint(EndpointName=name)
        config = sagemaker.describe_endpoint_config(EndpointConfigName=name)
    except (BotoCoreError, ClientError):
        return False
    # An older endpoint may have outlived a configuration of the same name.
    return endpoint.get("EndpointConfigName") == name and endpoint["CreationTime"] >= config["CreationTime"]

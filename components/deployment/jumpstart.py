"""Deployments with the SageMaker Python SDK: the only module that imports it, and only inside functions.

The import takes seconds and some 170 MB, so the portal makes it when a first deployment starts; what JumpStart
supports is asked in a process of its own (`python -m components.deployment.jumpstart REGION`), which prints JSON.
"""

import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import boto3

from components.core.errors import DeploymentError, EndpointUnreachableError, PortalError
from components.core.garbage_collection import settle
from components.deployment import tags
from components.deployment.plan import DeploymentPlan
from components.targets.aws_errors import explained
from components.targets.target import Target
from components.whisper.models import MODELS, WhisperModel

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS_TO_ANSWER = 120
# The SDK would else announce its successor at each object.
_QUIET = {"SAGEMAKER_SUPPRESS_V2_WARNING": "1", "DISABLE_JUMPSTART_TELEMETRY": "1"}


@dataclass(frozen=True)
class InstanceTypes:
    """What JumpStart runs a model on: its default, and all supported types, the default first."""

    default: str
    supported: tuple[str, ...]


def create(
    target: Target, plan: DeploymentPlan, noted: dict[str, str], on_created: Callable[[str], None]
) -> None:
    """Creates model, endpoint configuration and endpoint of the plan, all three under the endpoint's name.

    `noted` are the tags to give to all three; `on_created` is called with the name of each call of AWS that succeeded,
    such as "CreateModel". Returns when SageMaker has accepted the endpoint, which is long before it serves.

    Raises:
        EndpointError: AWS refuses one of the calls. What was created before stays.
        DeploymentError: JumpStart does not have the model in this region, there is another model of that name, or
            the SDK fails in other ways.
    """
    try:
        with explained(plan.endpoint_name):
            model = _jumpstart_model(target, plan, _session(target, on_created))
            model.deploy(
                initial_instance_count=plan.instance_count,
                endpoint_name=plan.endpoint_name,
                tags=tags.as_list(noted),
                wait=False,
            )
    except PortalError:
        raise
    except Exception as error:
        # The SDK has no base class for what it raises, and whatever it is, what was created must be deleted again.
        logger.exception("the SageMaker SDK failed at %s", plan.endpoint_name)
        raise DeploymentError(
            f"The SageMaker SDK can't deploy {plan.model.name}: {str(error).rstrip('.') or type(error).__name__}.",
            f"Check that JumpStart offers {plan.model.jumpstart_id} in {target.region}, or choose another model.",
        ) from error


def instance_types(target: Target) -> dict[str, InstanceTypes]:
    """What JumpStart supports in the target's region, by model name; takes some seconds.

    Raises:
        EndpointUnreachableError: JumpStart can't be reached.
    """
    command = [sys.executable, "-m", "components.deployment.jumpstart", target.region]
    profile = {"AWS_PROFILE": target.profile} if target.profile else {}
    try:
        asked = subprocess.run(  # noqa: S603 - our own module
            command,
            cwd=_ROOT,
            env=os.environ | _QUIET | profile,
            capture_output=True,
            text=True,
            timeout=_SECONDS_TO_ANSWER,
            check=True,
        )
        answer = json.loads(asked.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError, OSError) as error:
        logger.warning("JumpStart can't be reached: %s %s", error, getattr(error, "stderr", ""))
        raise EndpointUnreachableError(
            f"JumpStart can't be reached for the instance types in {target.region}.",
            "The usual ones are offered; whether a model runs on one shows when it is deployed.",
        ) from error
    return {name: InstanceTypes(default, tuple(types)) for name, (default, types) in answer.items()}


def _session(target: Target, on_created: Callable[[str], None]) -> Any:  # noqa: ANN401 - the SDK ships no types
    _load_sdk()
    from sagemaker.session import Session  # noqa: PLC0415 - see above

    session = target.session()
    client = session.client("sagemaker")
    client.meta.events.register("after-call.sagemaker", _reporting(on_created))
    return Session(session, client, sagemaker_config=_defaults())


@cache
def _load_sdk() -> None:
    os.environ.update(_QUIET)
    import sagemaker.jumpstart.model  # noqa: F401, PLC0415 - see above

    settle()


def _defaults() -> dict[str, Any]:
    """The SDK's own defaults, as an organization may have set them, without reports of each call to its makers."""
    from sagemaker.config.config import load_sagemaker_config  # noqa: PLC0415

    defaults: dict[str, Any] = {"SchemaVersion": "1.0"} | load_sagemaker_config()
    sdk = defaults.setdefault("SageMaker", {}).setdefault("PythonSDK", {})
    sdk.setdefault("Modules", {})["TelemetryOptOut"] = True
    return defaults


def _reporting(on_created: Callable[[str], None]) -> Callable[..., None]:
    def report(http_response: Any, parsed: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
        if http_response.status_code < HTTPStatus.MULTIPLE_CHOICES:
            if model.name.startswith("Create"):
                on_created(model.name)
        elif "already existing model" in parsed.get("Error", {}).get("Message", ""):
            # The SDK would go on with that model, whatever it is.
            raise DeploymentError(
                "There is a model of that name already.", "Choose another name for the endpoint."
            )

    return report


def _jumpstart_model(target: Target, plan: DeploymentPlan, session: Any) -> Any:  # noqa: ANN401
    from sagemaker.base_predictor import Predictor  # noqa: PLC0415
    from sagemaker.jumpstart.model import JumpStartModel  # noqa: PLC0415

    network = plan.network and {
        "Subnets": list(plan.network.subnets),
        "SecurityGroupIds": list(plan.network.security_groups),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return JumpStartModel(
            model_id=plan.model.jumpstart_id,
            instance_type=plan.instance_type,
            role=plan.role_arn,
            name=plan.endpoint_name,
            region=target.region,
            vpc_config=network,
            enable_network_isolation=plan.network_isolation,
            sagemaker_session=session,
            # JumpStart's own class would read the model's data again, after the endpoint has been created.
            predictor_cls=Predictor,
        )


def _print_instance_types(region: str) -> None:
    from sagemaker import instance_types  # noqa: PLC0415
    from sagemaker.session import Session  # noqa: PLC0415

    session = Session(boto3.Session(region_name=region), sagemaker_config=_defaults())

    def ask(model: WhisperModel) -> tuple[str, list[str]]:
        which: dict[str, Any] = {
            "model_id": model.jumpstart_id,
            "model_version": "*",
            "scope": "inference",
            "region": region,
            "sagemaker_session": session,
        }
        default = instance_types.retrieve_default(**which)
        others = instance_types.retrieve(**which)
        return default, [default, *(kind for kind in others if kind != default)]

    sys.stdout.write(json.dumps({model.name: ask(model) for model in MODELS if model.in_jumpstart}) + "\n")


if __name__ == "__main__":
    _print_instance_types(sys.argv[1])

"""What could keep a deployment from working, looked up before anything is created or paid for."""

import logging
import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from components.core.errors import ClockSkewError, EndpointError, ExpiredCredentialsError, NoCredentialsError
from components.core.resources import (
    InsufficientResourcesError,
    available_memory,
    check_disk,
    check_memory,
    free_disk,
    gigabytes,
    memory_to_load,
)
from components.core.settings import Settings
from components.deployment.checks import Check, Finding, Verdict
from components.deployment.inspection import CONFIG, ENDPOINT, MODEL, arn
from components.deployment.plan import DeploymentPlan
from components.deployment.quotas import instances_in_use, quota, quota_name
from components.deployment.roles import SERVICE, trusts_sagemaker
from components.targets.aws_errors import FAILURES, typed_error
from components.targets.target import Target
from components.whisper.models import WhisperModel

logger = logging.getLogger(__name__)

_Look = Callable[[Target, DeploymentPlan], Finding]
_REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")


def check(target: Target, plan: DeploymentPlan, settings: Settings) -> list[Check]:
    """Makes all checks that the target has, at the same time; takes as long as the slowest. Raises nothing."""
    looks = _on_this_computer(settings) if target.endpoint_url else _AWS
    with ThreadPoolExecutor(max_workers=len(looks)) as pool:
        checks = list(pool.map(lambda subject: _check(subject, looks[subject], target, plan), looks))
    if not target.endpoint_url and checks[0].verdict is Verdict.FAILED:
        # Without credentials the others could only say the same.
        return checks[:1]
    return checks


def _check(subject: str, look: _Look, target: Target, plan: DeploymentPlan) -> Check:
    try:
        return Check(subject, *look(target, plan))
    except FAILURES as error:
        refusal = typed_error(error, target.name)
    except EndpointError as error:
        refusal = error
    except Exception:
        # boto3 stumbles over answers that are not AWS's, such as a proxy's; a file system has surprises of its own.
        logger.exception("the check of %s failed", subject)
        return Check(subject, Verdict.WARNING, "This could not be checked.", "The portal's log says why.")
    is_final = isinstance(refusal, NoCredentialsError | ExpiredCredentialsError | ClockSkewError)
    return Check(subject, Verdict.FAILED if is_final else Verdict.WARNING, refusal.what, refusal.advice)


def _credentials(target: Target, _: DeploymentPlan) -> Finding:
    caller = target.client("sts").get_caller_identity()
    return Verdict.PASSED, f"AWS knows you as {caller.get('Arn', 'somebody without a name')}.", ""


def _region(target: Target, _: DeploymentPlan) -> Finding:
    session = target.session()
    known = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("sagemaker", partition)
    }
    if target.region in known:
        return Verdict.PASSED, f"SageMaker exists in {target.region}.", ""
    advice = f"Choose one such as {', '.join(_REGIONS)}; for a region newer than the portal, update boto3."
    return Verdict.FAILED, f"No SageMaker is known in {target.region}.", advice


def _role(target: Target, plan: DeploymentPlan) -> Finding:
    arn = plan.role_arn
    if not arn:
        return Verdict.FAILED, "No execution role is chosen.", "Choose one that SageMaker may assume."
    try:
        role = target.client("iam").get_role(RoleName=arn.rpartition("/")[2]).get("Role", {})
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchEntity":
            raise typed_error(error, arn) from error
        role = {}
    if role.get("Arn") != arn:
        # SageMaker takes roles of its own account only; a role's name is unique there, whatever its path.
        similar = f" There is {role['Arn']}." if "Arn" in role else ""
        return Verdict.FAILED, f"This account has no role {arn}.{similar}", "Choose one of this account."
    if not trusts_sagemaker(role.get("AssumeRolePolicyDocument")):
        advice = f"Allow sts:AssumeRole to {SERVICE} in the role's trust policy, or choose another role."
        return Verdict.FAILED, f"SageMaker may not assume {arn}.", advice
    return Verdict.PASSED, f"SageMaker may assume {arn}.", ""


def _quota(target: Target, plan: DeploymentPlan) -> Finding:
    kind, wanted = plan.instance_type, plan.most_instances
    if not kind:
        what = "Without an instance type no quota can be looked up."
        return Verdict.WARNING, what, "Choose an instance type."
    allowed = quota(target, kind)
    if allowed is None:
        advice = "Look there under Amazon SageMaker, or try: where it is too low, SageMaker refuses at once."
        return Verdict.WARNING, f"Service Quotas names no '{quota_name(kind)}'.", advice
    used = instances_in_use(target, kind)
    what = f"'{quota_name(kind)}' is {allowed} in {target.region}: {used} in use, up to {wanted} more by this plan."
    if used + wanted <= allowed:
        return Verdict.PASSED, what, ""
    advice = (
        f"Ask for {used + wanted} or more in the Service Quotas console (Amazon SageMaker, {target.region}), "
        "choose another instance type, or delete an endpoint."
    )
    # What it begins with may run all the same, only automatic scaling will come to an end before its maximum.
    fits_at_first = used + plan.instance_count <= allowed
    return Verdict.WARNING if fits_at_first else Verdict.FAILED, what, advice


def _name(target: Target, plan: DeploymentPlan) -> Finding:
    name = plan.endpoint_name
    taken, refusal = [], None
    for kind in (ENDPOINT, CONFIG, MODEL):
        try:
            if arn(target, (kind, name)) is not None:
                taken.append(f"{'a' if kind == MODEL else 'an'} {kind}")
        except ClientError as error:
            refusal = error
        except BotoCoreError as error:
            # No answer at all: then SageMaker can't be told to deploy either.
            silence = typed_error(error, target.name)
            return Verdict.FAILED, silence.what, silence.advice
    if taken:
        advice = "Choose another name, or delete what has this one."
        return Verdict.FAILED, f"There is {' and '.join(taken)} named {name} already.", advice
    if refusal:
        raise typed_error(refusal, name) from refusal
    return Verdict.PASSED, f"The name {name} is free.", ""


def _disk(model: WhisperModel, settings: Settings) -> Finding:
    """Whether the weights have room where they would be downloaded to."""
    folder = settings.weights_dir
    if folder and (folder / model.name).is_dir():
        return Verdict.PASSED, f"The weights lie in {folder}: nothing needs to be downloaded.", ""
    try:
        check_disk(model.download_bytes, settings.data_dir)
    except InsufficientResourcesError as error:
        # Only the endpoint itself knows whether it has them already.
        advice = f"{error.advice} Where the weights are here already, it does not matter."
        return Verdict.WARNING, error.what, advice
    free, size = gigabytes(free_disk(settings.data_dir), math.floor), gigabytes(model.download_bytes)
    return Verdict.PASSED, f"{free} are free on the disk, for a download of {size}.", ""


def _memory(model: WhisperModel) -> Finding:
    """Whether the weights have room in memory while they are loaded."""
    needed = memory_to_load(model.download_bytes)
    try:
        check_memory(needed)
    except InsufficientResourcesError as error:
        # Only the endpoint itself knows whether it has loaded the model already, for another endpoint of it.
        advice = f"{error.advice} An endpoint of a model that runs here already needs no more."
        return Verdict.WARNING, error.what, advice
    available = gigabytes(available_memory(), math.floor)
    return Verdict.PASSED, f"{available} of memory are available, for loading {gigabytes(needed)}.", ""


_AWS: Mapping[str, _Look] = {
    "Credentials": _credentials,
    "Region": _region,
    "Execution role": _role,
    "Quota": _quota,
    "Name": _name,
}


def _on_this_computer(settings: Settings) -> Mapping[str, _Look]:
    return {
        "Name": _name,
        "Disk": lambda _, plan: _disk(plan.model, settings),
        "Memory": lambda _, plan: _memory(plan.model),
    }

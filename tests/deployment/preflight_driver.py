"""A plan to be checked, and what AWS answers where nothing is in its way."""

import json
from typing import Any
from urllib.parse import quote

from components.core.settings import Settings
from components.deployment import preflight
from components.deployment.checks import Check
from components.deployment.plan import DeploymentPlan
from components.targets.target import Target
from components.whisper.models import MODELS
from tests.deployment.account import ROLE
from tests.deployment.fake_aws import (
    TARGET,
    refusal,
)

TINY = MODELS[0]


PLAN = DeploymentPlan(TINY, "whisper-tiny", instance_type="ml.g5.2xlarge", role_arn=ROLE)


SETTINGS = Settings()


TRUST = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}


def free(kind: str) -> Any:
    return refusal(
        "ValidationException", f'Could not find {kind} "arn:aws:sagemaker:eu-west-1:0:x/whisper-tiny".'
    )


def role(arn: str = ROLE, **changes: Any) -> Any:
    policy = quote(json.dumps({"Statement": TRUST | changes}))
    return lambda _: {"Role": {"Arn": arn, "AssumeRolePolicyDocument": policy}}


def allowed(value: float) -> Any:
    return lambda _: {"Quota": {"QuotaName": "ml.g5.2xlarge for endpoint usage", "Value": value}}


def checks(plan: DeploymentPlan = PLAN, target: Target = TARGET) -> dict[str, Check]:
    return {found.subject: found for found in preflight.check(target, plan, SETTINGS)}

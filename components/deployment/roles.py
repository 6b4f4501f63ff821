"""Which execution roles a deployment can be given."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.core.errors import AccessDeniedError
from components.core.settings import Settings
from components.targets.aws_errors import FAILURES, typed_error
from components.targets.target import Target

logger = logging.getLogger(__name__)

SERVICE = "sagemaker.amazonaws.com"
"""Who must be allowed to assume an execution role."""

STUDIO_METADATA = Path("/opt/ml/metadata/resource-metadata.json")
"""What SageMaker Studio tells the programs that run there."""

_ASSUMED_ROLE = re.compile(r"arn:[\w-]+:sts::\d{12}:assumed-role/(?P<role>[^/]+)/.+")
_BY_HAND = "Enter the role's ARN by hand, or set PORTAL_SAGEMAKER_ROLE_ARN."


@dataclass(frozen=True)
class Roles:
    """The execution roles to choose from.

    `suggested` is the one to begin with, None where none stands out; `available` are the ARNs of all. `note` says
    what could not be looked up, and what to do about it.
    """

    suggested: str | None = None
    available: tuple[str, ...] = ()
    note: str | None = None


def find_roles(target: Target, settings: Settings) -> Roles:
    """Looks for execution roles: in the settings, in Studio, at the caller's own, then among all of the account.

    The first found is suggested; one that is only listed in the account must be the only one for that. Raises nothing.
    """
    if target.endpoint_url:
        return Roles()
    name, note = None, None
    listed: list[str] = []
    try:
        name = _callers_role(target)
        listed = _of_account(target)
    except FAILURES as error:
        refusal = typed_error(error, "IAM")
        note = f"{refusal.what} {_BY_HAND if isinstance(refusal, AccessDeniedError) else refusal.advice}"
    except Exception:
        # boto3 stumbles over answers that are not AWS's, such as a proxy's.
        logger.exception("looking for roles failed")
        note = f"The account's roles could not be read. {_BY_HAND}"
    own = _own(target, name, listed) if name else None
    found = [role for role in (settings.sagemaker_role_arn, _of_studio(target), own) if role]
    suggested = next(iter(found or (listed if len(listed) == 1 else ())), None)
    return Roles(suggested, tuple(dict.fromkeys((*found, *listed))), note)


def trusts_sagemaker(policy: object) -> bool:
    """Whether a role's trust policy, as boto3 decodes it, lets SageMaker assume the role; conditions count as met."""
    statements = policy.get("Statement", ()) if isinstance(policy, Mapping) else ()
    return any(map(_lets_sagemaker_in, _as_list(statements)))


def _lets_sagemaker_in(statement: object) -> bool:
    if not isinstance(statement, Mapping) or statement.get("Effect") != "Allow":
        return False
    principal = statement.get("Principal")
    services = _as_list(principal.get("Service", ())) if isinstance(principal, Mapping) else []
    actions = {str(action).lower() for action in _as_list(statement.get("Action", ()))}
    return SERVICE in services and not actions.isdisjoint({"sts:assumerole", "sts:*", "*"})


def _as_list(value: object) -> list[object]:
    """IAM writes a list of one thing as that thing."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _of_studio(target: Target) -> str | None:
    """The role of the Studio space in which the portal runs; a notebook instance's is the caller's own."""
    if target.profile:  # another identity than Studio's, perhaps of another account
        return None
    try:
        role = json.loads(STUDIO_METADATA.read_bytes()).get("ExecutionRoleArn")
    except (OSError, ValueError, AttributeError):
        return None
    return role if isinstance(role, str) else None


def _callers_role(target: Target) -> str | None:
    """Name of the role with whose credentials the portal works."""
    caller = _ASSUMED_ROLE.fullmatch(target.client("sts").get_caller_identity().get("Arn", ""))
    return caller["role"] if caller else None


def _own(target: Target, name: str, listed: Sequence[str]) -> str | None:
    """ARN of the role of that name, where SageMaker may assume it; many may ask for their own role, but not for all."""
    if listed:
        return next((arn for arn in listed if arn.rpartition("/")[2] == name), None)
    try:
        return _usable(target.client("iam").get_role(RoleName=name).get("Role", {}))
    except FAILURES:
        return None


def _of_account(target: Target) -> list[str]:
    pages = target.client("iam").get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1000})
    return [arn for page in pages for role in page.get("Roles", ()) if (arn := _usable(role))]


def _usable(role: Mapping[str, Any]) -> str | None:
    return role.get("Arn") if trusts_sagemaker(role.get("AssumeRolePolicyDocument")) else None

"""Deletes an endpoint with all that belongs to it, and nothing that another one still uses."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from components.aws_errors import typed_error
from components.deployment import tags
from components.deployment.read_only import forbid_read_only
from components.errors import EndpointNotReadyError
from components.targets import Target

ENDPOINT, CONFIG, MODEL = "endpoint", "endpoint configuration", "model"


@dataclass
class Removal:
    """What a removal did: `removed` such as "model whisper-base", `kept` such as "model x, which endpoint y uses"."""

    endpoint_name: str
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Parts:
    """What belongs to an endpoint; a part that is gone already is None or missing."""

    config: str | None
    models: tuple[str, ...]


def remove(target: Target, name: str) -> Removal:
    """Deletes the endpoint, its configuration and its models, as far as they exist.

    Run again, it finishes what was left. On AWS, what is still being created or updated can't be deleted: such an
    endpoint is marked as expired, so that the portal deletes it as soon as that is over.

    Raises:
        ReadOnlyError: this portal deletes nothing.
        EndpointNotReadyError: the endpoint can't be deleted yet, and is marked.
        EndpointError: AWS refuses.
    """
    forbid_read_only()
    done = Removal(name)
    try:
        parts = _parts(target, name)
        used = _used_by_others(target, name)
        _delete_endpoint(target, name, done)
        if parts.config:
            _delete_unless_used(target, CONFIG, parts.config, used, done)
        for model in parts.models:
            _delete_unless_used(target, MODEL, model, used, done)
    except (BotoCoreError, ClientError) as error:
        raise typed_error(error, name) from error
    return done


def delete_parts(target: Target, name: str, kinds: Sequence[str]) -> list[str]:
    """Deletes the parts of these kinds and that name; returns those that could not be deleted, in words."""
    left = []
    for kind in kinds:
        try:
            _delete(target, kind, name)
        except (BotoCoreError, ClientError):
            left.append(f"{kind} {name}")
    return left


def _parts(target: Target, name: str) -> _Parts:
    sagemaker = target.client("sagemaker")
    endpoint = _unless_gone(lambda: sagemaker.describe_endpoint(EndpointName=name))
    if endpoint is None:
        # Gone: parts of the same name are this endpoint's if whoever made them left the mark of it.
        config = name if _is_marked(target, _described_config(target, name)) else None
    else:
        config = endpoint.get("EndpointConfigName")
    described = _described_config(target, config) if config else None
    if described:
        models = [v["ModelName"] for v in described["ProductionVariants"] if "ModelName" in v]
    else:
        model = _unless_gone(lambda: sagemaker.describe_model(ModelName=name))
        models = [name] if _is_marked(target, model) else []
    return _Parts(config if described else None, tuple(dict.fromkeys(models)))


def _described_config(target: Target, name: str) -> dict[str, Any] | None:
    sagemaker = target.client("sagemaker")
    described: dict[str, Any] | None = _unless_gone(
        lambda: sagemaker.describe_endpoint_config(EndpointConfigName=name)
    )
    return described


def _is_marked(target: Target, described: dict[str, Any] | None) -> bool:
    if described is None:
        return False
    arn = described.get("EndpointConfigArn") or described.get("ModelArn", "")
    return bool({tags.PORTAL, tags.MODEL} & tags.read(target, arn).keys())


def _used_by_others(target: Target, name: str) -> dict[tuple[str, str], str]:
    """(kind, name) of what other endpoints use, to the name of one of them."""
    sagemaker = target.client("sagemaker")
    pages = sagemaker.get_paginator("list_endpoints").paginate(PaginationConfig={"PageSize": 100})
    others = [e["EndpointName"] for page in pages for e in page["Endpoints"] if e["EndpointName"] != name]

    def uses(other: str) -> dict[tuple[str, str], str]:
        endpoint = _unless_gone(lambda: sagemaker.describe_endpoint(EndpointName=other)) or {}
        config = endpoint.get("EndpointConfigName")
        described = _described_config(target, config) if config else None
        variants = described["ProductionVariants"] if described else []
        models = {(MODEL, v["ModelName"]): other for v in variants if "ModelName" in v}
        return {(CONFIG, str(config)): other} | models

    with ThreadPoolExecutor(max_workers=8) as pool:
        return {part: other for found in pool.map(uses, others) for part, other in found.items()}


def _delete_endpoint(target: Target, name: str, done: Removal) -> None:
    try:
        if _delete(target, ENDPOINT, name):
            done.removed.append(f"{ENDPOINT} {name}")
    except ClientError as error:
        if "in-progress" not in str(error):
            raise
        endpoint = target.client("sagemaker").describe_endpoint(EndpointName=name)
        if endpoint["EndpointStatus"] != "Deleting":
            now = tags.written_expiry(datetime.now(UTC))
            tags.write(target, endpoint["EndpointArn"], {tags.EXPIRES: now})
            raise EndpointNotReadyError(
                f"SageMaker deletes no endpoint that is {endpoint['EndpointStatus']}, and {name} is.",
                "It is marked to be deleted as soon as that is over; a portal must be running then, or "
                "`python -m components.deployment.expire`.",
            ) from error


def _delete_unless_used(
    target: Target, kind: str, name: str, used: dict[tuple[str, str], str], done: Removal
) -> None:
    if other := used.get((kind, name)):
        done.kept.append(f"{kind} {name}, which endpoint {other} uses")
    elif _delete(target, kind, name):
        done.removed.append(f"{kind} {name}")


def _delete(target: Target, kind: str, name: str) -> bool:
    """Deletes one resource; False where it is gone already."""
    sagemaker = target.client("sagemaker")
    calls: dict[str, Callable[[], object]] = {
        ENDPOINT: lambda: sagemaker.delete_endpoint(EndpointName=name),
        CONFIG: lambda: sagemaker.delete_endpoint_config(EndpointConfigName=name),
        MODEL: lambda: sagemaker.delete_model(ModelName=name),
    }
    return _unless_gone(calls[kind]) is not None


def _unless_gone(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever boto3 answers
    """The answer of AWS; None where what it is asked about does not exist."""
    try:
        return call()
    except ClientError as error:
        if "Could not find" in str(error):
            return None
        raise

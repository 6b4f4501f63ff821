"""Deletes an endpoint with all that belongs to it, and nothing that another one still uses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from components.core.errors import EndpointNotReadyError
from components.deployment import tags
from components.deployment.inspection import (
    CONFIG,
    ENDPOINT,
    MODEL,
    Part,
    config_names,
    delete,
    described,
    listed,
    model_names,
)
from components.deployment.read_only import forbid_read_only
from components.targets.aws_errors import FAILURES, explained, typed_error
from components.targets.target import Target


@dataclass
class Removal:
    """What a removal did, in words: `removed` such as "model a", `kept` such as "model a, which endpoint b uses"."""

    endpoint_name: str
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def remove(target: Target, name: str) -> Removal:
    """Deletes the endpoint first, since it is what costs; then its configuration and models, as far as they exist.

    What can't be deleted beside the endpoint is named in `kept`. Run again, it deletes what was left, if the portal
    made it. On AWS, what is still being created or updated can't be deleted: such an endpoint is marked as expired, so
    that it is deleted as soon as that is over.

    Raises:
        ReadOnlyError: this portal deletes nothing.
        EndpointNotReadyError: the endpoint can't be deleted yet, and is marked.
        EndpointError: AWS refuses to delete the endpoint, or to say what belongs to it.
    """
    forbid_read_only()
    done = Removal(name)
    with explained(name):
        parts = _parts(target, name)
        _delete_endpoint(target, name, done)
    try:
        used = _used_by_others(target, name) if parts else {}
    except FAILURES as error:
        reason = typed_error(error, "the other endpoints").what
        done.kept = [f"{kind} {part}, because other endpoints may use it: {reason}" for kind, part in parts]
        return done
    for part in parts:
        _delete_unless_used(target, part, used, done)
    return done


def _parts(target: Target, name: str) -> list[Part]:
    """What belongs to the endpoint besides itself: the configuration, then the models."""
    endpoint = described(target, (ENDPOINT, name))
    # Where it is gone, what has its name is its own only if the portal made it.
    leftover = [name] if endpoint is None and tags.deployment(target, (CONFIG, name)) is not None else []
    configs = config_names(endpoint) if endpoint else leftover
    found = {config: described(target, (CONFIG, config)) for config in configs}
    models = model_names(found.values())
    if not any(found.values()) and tags.deployment(target, (MODEL, name)) is not None:
        models = [name]
    return [*((CONFIG, name) for name in configs if found[name]), *((MODEL, model) for model in models)]


def _used_by_others(target: Target, name: str) -> dict[Part, str]:
    """What other endpoints use, and will not give up: part to the name of one of them."""
    others = [e for e in listed(target) if e["EndpointName"] != name and e["EndpointStatus"] != "Deleting"]

    def uses(other: str) -> dict[Part, str]:
        configs = [(CONFIG, config) for config in config_names(described(target, (ENDPOINT, other)) or {})]
        models = model_names(described(target, config) for config in configs)
        return dict.fromkeys([*configs, *((MODEL, model) for model in models)], other)

    with ThreadPoolExecutor(max_workers=8) as pool:
        found = pool.map(uses, [other["EndpointName"] for other in others])
        return {part: other for used in found for part, other in used.items()}


def _delete_endpoint(target: Target, name: str, done: Removal) -> None:
    try:
        if delete(target, (ENDPOINT, name)):
            done.removed.append(f"{ENDPOINT} {name}")
    except ClientError as error:
        if "in-progress" not in str(error):
            raise
        endpoint = described(target, (ENDPOINT, name))
        if endpoint and endpoint["EndpointStatus"] != "Deleting":
            _mark(target, endpoint["EndpointArn"])
            raise EndpointNotReadyError(
                f"SageMaker deletes no endpoint that is {endpoint['EndpointStatus']}, and {name} is.",
                "It is marked to be deleted as soon as that is over; a portal must be running then, or "
                "`python -m components.cli expire`.",
            ) from error


def _mark(target: Target, where: str) -> None:
    now, expires = datetime.now(UTC), tags.expires(tags.read(target, where))
    # Marked once: an extension after that wins.
    if expires is None or expires > now:
        tags.write(target, where, {tags.EXPIRES: tags.written_expiry(now)})


def _delete_unless_used(target: Target, part: Part, used: dict[Part, str], done: Removal) -> None:
    kind, name = part
    if part in used:
        done.kept.append(f"{kind} {name}, which endpoint {used[part]} uses")
        return
    try:
        if delete(target, part):
            done.removed.append(f"{kind} {name}")
    except FAILURES as error:
        done.kept.append(f"{kind} {name}: {typed_error(error, name).what}")

"""The tags of endpoints: what the portal notes there outlives the portal, and is seen by every other one.

`read`, `write` and `remove` raise what boto3 raises (`aws_errors.FAILURES`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from components.deployment.inspection import Part
from components.deployment.inspection import arn as arn_of
from components.deployment.plan import Scaling
from components.targets.target import Target
from components.whisper.contract import PERCENT_TAG

EXPIRES = "whisper-portal:expires"
"""When the endpoint is to delete itself: ISO 8601, UTC."""

SCALING = "whisper-portal:scaling"
"""The automatic scaling that it shall get as soon as it is in service, as `written_scaling` writes it."""

DEPLOYMENT = "whisper-portal:deployment"
"""On everything that a portal has made: a number of its own for each deployment."""


def read(target: Target, arn: str) -> dict[str, str]:
    """All tags of a resource."""
    pages = target.sagemaker().get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page.get("Tags", ())}


def write(target: Target, arn: str, tags: Mapping[str, str]) -> None:
    """Sets tags of a resource; its others stay."""
    target.client("sagemaker").add_tags(ResourceArn=arn, Tags=as_list(tags))


def remove(target: Target, arn: str, key: str) -> None:
    """Takes a tag from a resource, if it has it."""
    target.sagemaker().delete_tags(ResourceArn=arn, TagKeys=[key])


def deployment(target: Target, part: Part) -> str | None:
    """Which deployment made a part; None where it does not exist, or where no portal made it."""
    arn = arn_of(target, part)
    return None if arn is None else read(target, arn).get(DEPLOYMENT)


def as_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """The tags in the form that AWS takes."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def expires(tags: Mapping[str, str]) -> datetime | None:
    """When the endpoint is to delete itself; None where nothing readable says so."""
    try:
        moment = datetime.fromisoformat(tags.get(EXPIRES, ""))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def written_expiry(moment: datetime) -> str:
    """The moment as the tag has it, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def percent(tags: Mapping[str, str]) -> int | None:
    """How much of the file is fetched that the endpoint waits for: 0 to 100."""
    text = tags.get(PERCENT_TAG, "")
    return min(int(text), 100) if text.isdecimal() else None


def written_scaling(scaling: Scaling) -> str:
    """Automatic scaling as the tag has it, such as "1-3 at 20"."""
    return f"{scaling.lowest}-{scaling.highest} at {scaling.invocations}"


def scaling(tag: str) -> Scaling | None:
    """What `written_scaling` wrote; None where it is something else."""
    instances, _, invocations = tag.partition(" at ")
    lowest, _, highest = instances.partition("-")
    numbers = (lowest, highest, invocations)
    return Scaling(*map(int, numbers)) if all(number.isdecimal() for number in numbers) else None

"""The List actions: filtered, sorted, in pages."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from components.local_endpoint.faults import VALIDATION_EXCEPTION, AwsFault
from components.local_endpoint.registry import Endpoint, Resource

PAGE = 10
"""Records in a page where MaxResults is not given, as SageMaker has it."""

R = TypeVar("R", bound=Resource)
_Place = tuple[float | str, str]

_SORTED_BY: dict[str, Callable[[Any], float | str]] = {
    "Name": lambda record: record.name,
    "CreationTime": lambda record: record.created,
    "Status": lambda record: record.status,
}


def page(records: Sequence[R], wanted: Mapping[str, Any]) -> tuple[list[R], str | None]:
    """The part of `records` that a List action asks for, and the token for the next part, if there is one.

    Raises:
        AwsFault: the NextToken is none of these.
    """
    by = _SORTED_BY[wanted.get("SortBy", "CreationTime")]
    downwards = wanted.get("SortOrder", "Descending") == "Descending"

    def place(record: R) -> _Place:
        return by(record), record.name

    found = sorted((record for record in records if _fits(record, wanted)), key=place, reverse=downwards)
    if "NextToken" in wanted:
        # A place in the order and not a count: what comes or goes between two pages shifts nothing.
        last = _place_of(wanted["NextToken"], float if by is _SORTED_BY["CreationTime"] else str)
        found = [record for record in found if (place(record) < last if downwards else place(record) > last)]
    size = wanted.get("MaxResults", PAGE)
    return found[:size], _token(place(found[size - 1])) if len(found) > size else None


def _fits(record: Resource, wanted: Mapping[str, Any]) -> bool:
    modified = record.modified if isinstance(record, Endpoint) else record.created
    status = record.status if isinstance(record, Endpoint) else None
    return (
        wanted.get("NameContains", "") in record.name
        and wanted.get("StatusEquals", status) == status
        and _within(record.created, wanted, "CreationTime")
        and _within(modified, wanted, "LastModifiedTime")
    )


def _within(moment: float, wanted: Mapping[str, Any], what: str) -> bool:
    before, after = (wanted.get(f"{what}{side}") for side in ("Before", "After"))
    return (before is None or moment < before) and (after is None or moment > after)


def _token(place: _Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place_of(token: str, kind: type[float] | type[str]) -> _Place:
    try:
        value, name = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError):
        value, name = None, None
    if not isinstance(value, kind) or not isinstance(name, str):
        raise AwsFault(VALIDATION_EXCEPTION, "The NextToken does not belong to this list.")
    return value, name

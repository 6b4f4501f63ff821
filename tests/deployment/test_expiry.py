"""When endpoints are to delete themselves, and what then happens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.core.errors import AccessDeniedError, PortalError, ReadOnlyError
from components.deployment import tags
from components.deployment.endpoints import list_endpoints
from components.deployment.expiry import delete_expired as delete
from components.deployment.expiry import set_expiry
from components.deployment.removal import Removal
from components.targets.target import Target
from tests.deployment.account import FUTURE, PAST, Make, names, refuse, the


def delete_expired(target: Target) -> dict[str, Removal | PortalError]:
    return delete(target, list_endpoints(target))


def test_the_expiry_is_set_moved_and_taken_away(aws: Target, make: Make) -> None:
    make("a", PAST)
    moment = set_expiry(aws, the(aws, "a"), 8)
    assert moment
    found = the(aws, "a").expires
    assert found
    assert abs(found - moment) < timedelta(seconds=1)
    assert timedelta(hours=7.9) < found - datetime.now(UTC) < timedelta(hours=8.1)
    assert set_expiry(aws, the(aws, "a"), None) is None
    assert the(aws, "a").expires is None


@pytest.mark.parametrize("value", ["tomorrow", "", "2026-13-01", "9999-12-31T23:59:59-12:00"])
def test_a_tag_that_is_no_time_deletes_nothing(aws: Target, make: Make, value: str) -> None:
    make("a")
    tags.write(aws, the(aws, "a").arn, {tags.EXPIRES: value})
    assert the(aws, "a").expires is None
    assert delete_expired(aws) == {}
    assert names(aws) == ["a"]


def test_only_what_has_expired_is_deleted(aws: Target, make: Make) -> None:
    make("old", PAST)
    make("young", FUTURE)
    make("eternal")
    ((name, done),) = delete_expired(aws).items()
    assert name == "old"
    assert isinstance(done, Removal)
    assert done.removed == ["endpoint old", "endpoint configuration old", "model old"]
    assert names(aws) == ["eternal", "young"]


def test_one_that_can_not_be_deleted_holds_up_no_other(
    aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", PAST)
    make("b", PAST)
    refuse(monkeypatch, aws, "a")
    done = delete_expired(aws)
    assert isinstance(done["a"], AccessDeniedError)
    assert isinstance(done["b"], Removal)
    assert names(aws) == ["a"]


def test_one_that_was_extended_in_the_meantime_stays(aws: Target, make: Make) -> None:
    make("a", PAST)
    before = list_endpoints(aws)
    set_expiry(aws, the(aws, "a"), 8)
    assert delete(aws, before) == {}
    assert names(aws) == ["a"]


def test_one_that_is_hidden_is_told(aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a", PAST)
    paginator = aws.sagemaker().get_paginator

    def hide(operation: Any) -> Any:
        if operation == "list_tags":
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "ListTags")
        return paginator(operation)

    monkeypatch.setattr(aws.sagemaker(), "get_paginator", hide)
    assert isinstance(delete_expired(aws)["a"], AccessDeniedError)
    assert names(aws) == ["a"]


def test_a_read_only_portal_neither_extends_nor_expires(
    aws: Target, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", PAST)
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    with pytest.raises(ReadOnlyError):
        set_expiry(aws, the(aws, "a"), 8)
    with pytest.raises(ReadOnlyError):
        delete_expired(aws)
    assert names(aws) == ["a"]

"""What the deploy page shows of deployments and endpoints, and what it does with them."""

import csv
import re
from datetime import UTC, datetime, timedelta

import pytest

from components.core.errors import AccessDeniedError, ResourceLimitError
from components.targets.target import Target
from components.widgets.deploy import endpoint_row
from components.widgets.deploy.endpoint_list import as_csv
from components.widgets.endpoints import known_targets
from tests.pages.aws_answers import G5, AwsAnswers
from tests.pages.deploy_driver import (
    Says,
    hours_ago,
    on_g5,
    open_aws,
    press,
)
from tests.pages.driver import (
    AWS,
    endpoint,
    error,
    is_shown,
    open_deploy,
    run,
    shown,
)


def test_a_row_tells_what_an_endpoint_is_and_costs(account: AwsAnswers, aws: Says) -> None:
    account.invocations = {"mine": 12_345}
    aws([on_g5("mine", expires=datetime.now(UTC) + timedelta(minutes=55, seconds=30))])
    row = shown(open_aws(), "row_mine")
    for text in ("mine", "whisper-base", "InService", f"{G5} x 2", "3 h", "in 55 min", "12,345"):
        assert text in row
    # 2 instances for 3 hours, and some seconds.
    assert re.search(r"9\.(09|[1-3]\d) USD", row)


def test_a_row_leads_to_the_playground(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5("mine"), on_g5("slow", "Creating")])
    app = open_aws()
    [leads] = app.container(key="row_mine").get("page_link")
    assert leads.proto.page == "playground"
    assert leads.proto.query_string == "target=eu-west-1&endpoint=mine"
    assert not app.container(key="row_slow").get("page_link")


def test_all_endpoints_together_have_a_price_an_hour(account: AwsAnswers, aws: Says) -> None:
    aws(
        [
            on_g5("a"),
            on_g5("b"),
            on_g5("c", "Failed"),
            endpoint("d", instance_type="ml.odd", instance_count=1),
        ]
    )
    heading = shown(open_aws(), "endpoints_heading")
    assert "**6.06 USD an hour** together, and 1 of unknown price" in heading
    assert account.asked.count(G5) == 1


def test_other_endpoints_are_not_whispers(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5("mine"), endpoint("llama", is_whisper=False)])
    app = open_aws()
    assert is_shown(app, "row_mine")
    assert not is_shown(app, "row_llama")


def test_where_there_is_none_it_says_so(account: AwsAnswers) -> None:
    assert "AWS eu-west-1 has no Whisper endpoint" in shown(open_aws(), "endpoints")


def test_why_endpoints_can_not_be_listed_is_said(account: AwsAnswers, aws: Says) -> None:
    aws(AccessDeniedError("Not allowed.", "Ask for it."))
    assert error(open_deploy(target="eu-west-1"), "endpoints_error") == "Not allowed. Ask for it."


def test_who_may_not_see_invocations_is_told_so(account: AwsAnswers, aws: Says) -> None:
    account.invocations = AccessDeniedError("CloudWatch is closed.", "Ask for it.")
    aws([on_g5("mine")])
    assert "not allowed to look" in shown(open_aws(), "row_mine")


def test_a_failed_endpoint_gives_reason_log_and_a_way_to_delete_it(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5("broken", "Failed", failure_reason="No *capacity*.")])
    app = open_aws()
    row = shown(app, "row_broken")
    assert "No *capacity*. Its log in CloudWatch says more." in row
    assert "/aws/sagemaker/Endpoints/broken" in row
    assert "USD" not in row
    assert "https://eu-west-1.console.aws.amazon.com/cloudwatch" in row
    assert is_shown(app, "delete_broken")
    assert not is_shown(app, "extend_broken")


def test_refreshing_looks_again(account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_aws()
    monkeypatch.setattr(known_targets, "list_endpoints", lambda _: [on_g5("new")])
    assert not is_shown(run(app), "row_new")
    assert is_shown(press(app, "refresh"), "row_new")


def test_the_file_is_safe_for_spreadsheets() -> None:
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    cells = [
        on_g5("=1+1", "@Status", failure_reason=None),
        on_g5("+x"),
        on_g5("-x"),
        endpoint("plain", created=moment),
    ]
    rows = list(csv.DictReader(as_csv(cells, endpoint_row.Figures({}, {"plain": 3})).splitlines()))
    assert [row["endpoint"] for row in rows] == ["'=1+1", "'+x", "'-x", "plain"]
    assert rows[0]["status"] == "'@Status"
    assert rows[3]["created"] == "2026-11-22T12:00:00+00:00"
    assert rows[3]["invocations of the last day"] == "3"
    assert rows[3]["USD so far"] == rows[3]["instance type"] == rows[3]["expires"] == ""


@pytest.mark.parametrize(("choice", "hours"), [("1", 1), ("24", 24), ("None", None)])
def test_the_expiry_can_be_extended(
    account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch, choice: str, hours: int | None
) -> None:
    calls: list[tuple[Target, str, int | None]] = []
    monkeypatch.setattr(
        endpoint_row, "set_expiry", lambda target, summary, hours: calls.append((target, summary.name, hours))
    )
    aws([on_g5("mine")])
    press(open_aws(), f"extend_mine_{choice}")
    assert calls == [(AWS, "mine", hours)]


def test_an_expiry_that_can_not_be_set_is_explained(
    account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AccessDeniedError("No tags for you.", "Ask for it.")

    monkeypatch.setattr(endpoint_row, "set_expiry", refuse)
    aws([on_g5("mine")])
    assert error(press(open_aws(), "extend_mine_4"), "expiry_error_mine") == "No tags for you. Ask for it."


def test_an_expired_endpoint_that_can_not_be_deleted_is_told(
    account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = AccessDeniedError("It may not be deleted.", "Ask for it.")
    monkeypatch.setattr(endpoint_row, "janitor_problems", lambda: {(AWS, "mine"): problem})
    aws([on_g5("mine", expires=hours_ago(1))])
    app = open_aws()
    assert "Deletes itself]]  \nnow" in shown(app, "row_mine")
    assert error(app, "care_error_mine") == "It may not be deleted. Ask for it."


def test_a_read_only_portal_shows_and_changes_nothing(
    account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    aws([on_g5("mine"), on_g5("broken", "Failed")])
    app = open_aws()
    assert "This portal is read-only" in " ".join(box.value for box in app.info)
    assert len(app.dataframe[0].value) == 8
    assert "9." in shown(app, "row_mine")
    hidden = ("deploy", "endpoint_name", "delete_mine", "delete_broken", "extend_mine", "extend_mine_4")
    assert not any(is_shown(app, key) for key in hidden)


def test_what_is_hidden_is_not_called_eternal(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5("mine", hidden=ResourceLimitError("Rate exceeded.", "Wait."))])
    app = open_aws()
    assert "never" not in shown(app, "row_mine")
    assert "mine. Rate exceeded. Wait." in shown(app, "endpoints")


def test_an_endpoint_may_have_any_name(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5(name) for name in ("name", "row", "s", "csv")])
    app = open_aws()
    assert all(is_shown(app, f"row_{name}") for name in ("name", "row", "s", "csv"))

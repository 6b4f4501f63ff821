"""What the deploy page shows of deployments and endpoints, and what it does with them."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from components.deployment.endpoints import EndpointSummary
from components.deployment.removal import Removal
from components.errors import AccessDeniedError, EndpointNotReadyError, ResourceLimitError
from components.targets import Target
from components.widgets import known_targets
from components.widgets.deploy import endpoint_row, removal
from components.widgets.deploy.endpoint_csv import as_csv
from tests.pages.aws_answers import G5, AwsAnswers
from tests.pages.driver import (
    AWS,
    Answer,
    endpoint,
    error,
    is_shown,
    open_deploy,
    run,
    shown,
    wait_in_service,
    wait_until,
)

Says = Callable[[Answer], None]


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours, seconds=5)


def on_g5(name: str, status: str = "InService", hours: float = 3, **details: object) -> EndpointSummary:
    created = hours_ago(hours)
    return endpoint(
        name, status, created, instance_type=G5, instance_count=2, variant="AllTraffic", **details
    )


def open_aws() -> AppTest:
    """The page for AWS, with all prices looked up."""
    app = open_deploy(target="eu-west-1")
    return wait_until(app, lambda app: "…" not in shown(app, "endpoints"))


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def deploy(app: AppTest) -> AppTest:
    return press(wait_until(app, lambda app: not app.button(key="deploy").disabled), "deploy")


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
    rows = list(csv.DictReader(as_csv(cells, {}, {"plain": 3}, moment).splitlines()))
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
    monkeypatch.setattr(endpoint_row, "caretaker_problems", lambda: {(AWS, "mine"): problem})
    aws([on_g5("mine", expires=hours_ago(1))])
    app = open_aws()
    assert "Deletes itself]]  \nnow" in shown(app, "row_mine")
    assert error(app, "care_error_mine") == "It may not be deleted. Ask for it."


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []

    def remove(_target: Target, name: str) -> Removal:
        names.append(name)
        return Removal(
            name, [f"endpoint {name}", f"endpoint configuration {name}"], ["model x, which endpoint y uses"]
        )

    monkeypatch.setattr(removal, "remove", remove)
    return names


def test_deleting_asks_once_and_tells_what_was_done(
    account: AwsAnswers, aws: Says, removed: list[str]
) -> None:
    aws([on_g5("mine")])
    app = press(open_aws(), "delete_mine")
    question = " ".join(m.value for m in app.markdown)
    assert "The endpoint **mine**, which costs 3.03 USD an hour, is deleted" in question
    assert app.button(key="confirm_delete").proto.type == "secondary"
    assert not removed
    press(app, "confirm_delete")
    wait_until(app, lambda app: "mine is deleted" in shown(app, "removal"))
    assert removed == ["mine"]
    assert "Removed: endpoint mine, endpoint configuration mine." in shown(app, "removal")
    assert "Kept: model x, which endpoint y uses." in shown(app, "removal")
    assert not is_shown(app, "confirm_delete")
    press(app, "close_mine")
    assert "deleted" not in shown(app, "removal")


def test_an_endpoint_can_be_kept(account: AwsAnswers, aws: Says, removed: list[str]) -> None:
    aws([on_g5("mine")])
    app = press(press(open_aws(), "delete_mine"), "keep")
    assert not is_shown(app, "confirm_delete")
    assert not removed


def test_a_deletion_that_fails_is_explained(
    account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Removal:
        raise EndpointNotReadyError("It is being created.", "It is deleted after that.")

    monkeypatch.setattr(removal, "remove", refuse)
    aws([on_g5("mine")])
    app = press(press(open_aws(), "delete_mine"), "confirm_delete")
    wait_until(app, lambda app: is_shown(app, "removal_error_mine"))
    assert error(app, "removal_error_mine") == "It is being created. It is deleted after that."


def test_a_deployment_is_watched_step_by_step(account: AwsAnswers, aws: Says) -> None:
    app = wait_until(deploy(open_aws()), lambda app: ":material/check:] Checks" in shown(app, "under_way"))
    wait_until(app, lambda app: ":green[:material/check:] Model" in shown(app, "under_way"))
    steps = shown(app, "under_way")
    assert "**Endpoint configuration**" in steps
    assert ":gray[:material/circle: In service]" in steps
    # Another browser, or this one after a reload, sees the same.
    assert ":material/check:] Model" in shown(open_aws(), "under_way")
    aws([endpoint("whisper-base", "Creating", hours_ago(0))])
    account.deploying.set()
    wait_until(app, lambda app: "**Instance starts and loads the model**" in shown(app, "under_way"))
    aws([endpoint("whisper-base")])
    wait_until(app, lambda app: "whisper-base is in service" in shown(app, "under_way").replace("**", ""))
    [leads] = app.container(key="under_way_whisper-base").get("page_link")
    assert leads.proto.query_string == "target=eu-west-1&endpoint=whisper-base"
    press(app, "dismiss_whisper-base")
    assert "in service" not in shown(app, "under_way")


def test_a_deployment_that_fails_says_why_and_what_to_do(account: AwsAnswers) -> None:
    account.failure = ResourceLimitError("The quota is 0.", "Ask for more.", "id-9")
    account.deploying.set()
    app = wait_until(deploy(open_aws()), lambda app: is_shown(app, "failure_whisper-base"))
    assert error(app, "failure_whisper-base") == "The quota is 0. Ask for more."
    assert "id-9" in shown(app, "under_way")
    press(app, "dismiss_failed_whisper-base")
    assert not is_shown(app, "failure_whisper-base")


def test_an_endpoint_that_failed_to_start_is_told_beside_the_form(account: AwsAnswers, aws: Says) -> None:
    account.deploying.set()
    app = deploy(open_aws())
    aws([endpoint("whisper-base", "Failed", hours_ago(0), failure_reason="No capacity.")])
    wait_until(app, lambda app: "No capacity" in shown(app, "under_way"))
    press(app, "dismiss_whisper-base")
    assert not is_shown(app, "under_way_whisper-base")


def test_a_deployment_that_failed_can_be_tried_again_and_again(account: AwsAnswers, aws: Says) -> None:
    account.failure = ResourceLimitError("The quota is 0.", "Ask for more.")
    account.deploying.set()
    app = wait_until(deploy(open_aws()), lambda app: is_shown(app, "failure_whisper-base"))
    app = wait_until(deploy(open_aws()), lambda app: is_shown(app, "failure_whisper-base"))
    # Meanwhile somebody else has deployed one of that name.
    aws([endpoint("whisper-base", "Creating", hours_ago(0))])
    app = open_aws()
    assert is_shown(app, "failure_whisper-base")
    assert is_shown(app, "under_way_whisper-base")


def test_a_starting_endpoint_shows_how_far_it_has_got(
    portal: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting = endpoint("mine", "Creating", hours_ago(0), progress="fetching the weights", percent=40)
    monkeypatch.setattr(known_targets, "list_endpoints", lambda _: [starting])
    known_targets.endpoints_of.clear()
    app = open_deploy()
    [bar] = app.container(key="under_way_mine").get("progress")
    assert (bar.proto.value, bar.proto.text) == (40, "fetching the weights")
    assert "**Weights are fetched and loaded**" in shown(app, "under_way")
    press(app, "cancel_mine")
    assert is_shown(app, "confirm_delete")
    known_targets.endpoints_of.clear()


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


def test_a_model_is_deployed_on_this_computer_and_deleted_again(portal: Target) -> None:
    app = deploy(open_deploy(model="whisper-tiny.en"))
    wait_in_service(portal, "whisper-tiny-en")
    wait_until(app, lambda app: is_shown(app, "row_whisper-tiny-en"))
    assert "in 3 h 59 min" in shown(app, "row_whisper-tiny-en")
    press(press(app, "delete_whisper-tiny-en"), "confirm_delete")
    wait_until(app, lambda app: "whisper-tiny-en is deleted" in shown(app, "removal"))
    assert "model whisper-tiny-en" in shown(app, "removal")
    wait_until(app, lambda app: not is_shown(app, "row_whisper-tiny-en"))


def test_what_is_hidden_is_not_called_eternal(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5("mine", hidden=ResourceLimitError("Rate exceeded.", "Wait."))])
    app = open_aws()
    assert "never" not in shown(app, "row_mine")
    assert "mine. Rate exceeded. Wait." in shown(app, "endpoints")


def test_the_question_names_no_price_for_what_costs_nothing(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5("broken", "Failed")])
    app = press(open_aws(), "delete_broken")
    assert is_shown(app, "confirm_delete")
    assert "an hour" not in " ".join(text.value for text in app.markdown if "broken" in text.value)


def test_an_endpoint_may_have_any_name(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5(name) for name in ("name", "row", "s", "csv")])
    app = open_aws()
    assert all(is_shown(app, f"row_{name}") for name in ("name", "row", "s", "csv"))

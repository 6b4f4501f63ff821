"""Deployments as the page shows them, step by step; what AWS says is the test's word."""

import pytest

from components.core.errors import ResourceLimitError
from components.targets.target import Target
from components.widgets.endpoints import known_targets
from tests.pages.aws_answers import AwsAnswers
from tests.pages.deploy_driver import Says, deploy, hours_ago, open_aws, press
from tests.pages.driver import (
    endpoint,
    error,
    is_shown,
    open_deploy,
    shown,
    wait_in_service,
    wait_until,
)


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
    assert [code.value for code in app.code] == ["id-9"]
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


def test_a_model_is_deployed_on_this_computer_and_deleted_again(portal: Target) -> None:
    app = deploy(open_deploy(model="whisper-tiny.en"))
    wait_in_service(portal, "whisper-tiny-en")
    wait_until(app, lambda app: is_shown(app, "row_whisper-tiny-en"))
    assert "in 3 h 59 min" in shown(app, "row_whisper-tiny-en")
    press(press(app, "delete_whisper-tiny-en"), "confirm_delete")
    wait_until(app, lambda app: "whisper-tiny-en is deleted" in shown(app, "removal"))
    assert "model whisper-tiny-en" in shown(app, "removal")
    wait_until(app, lambda app: not is_shown(app, "row_whisper-tiny-en"))

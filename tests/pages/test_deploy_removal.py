"""Deleting on the deploy page; what AWS says is the test's word."""

from threading import Event

import pytest

from components.core.errors import EndpointNotReadyError
from components.deployment import deployment_jobs
from components.deployment.removal import Removal
from components.targets.target import Target
from tests.pages.aws_answers import AwsAnswers
from tests.pages.deploy_driver import Says, on_g5, open_aws, press
from tests.pages.driver import (
    error,
    is_shown,
    open_deploy,
    shown,
    wait_until,
)


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []

    def remove(_target: Target, name: str) -> Removal:
        names.append(name)
        return Removal(
            name, [f"endpoint {name}", f"endpoint configuration {name}"], ["model x, which endpoint y uses"]
        )

    monkeypatch.setattr(deployment_jobs, "remove", remove)
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

    monkeypatch.setattr(deployment_jobs, "remove", refuse)
    aws([on_g5("mine")])
    app = press(press(open_aws(), "delete_mine"), "confirm_delete")
    wait_until(app, lambda app: is_shown(app, "removal_error_mine"))
    assert error(app, "removal_error_mine") == "It is being created. It is deleted after that."


def test_the_question_names_no_price_for_what_costs_nothing(account: AwsAnswers, aws: Says) -> None:
    aws([on_g5("broken", "Failed")])
    app = press(open_aws(), "delete_broken")
    assert is_shown(app, "confirm_delete")
    assert "an hour" not in " ".join(text.value for text in app.markdown if "broken" in text.value)


def test_a_deletion_is_seen_by_every_session_until_one_closes_it(
    account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def remove(_target: Target, name: str) -> Removal:
        assert go_on.wait(60)
        return Removal(name, [f"endpoint {name}"], ["model x, which endpoint y uses"])

    monkeypatch.setattr(deployment_jobs, "remove", remove)
    aws([on_g5("mine")])
    app = press(press(open_aws(), "delete_mine"), "confirm_delete")
    reloaded = open_deploy(target="eu-west-1")
    for session in (app, reloaded):
        assert "Deleting mine" in shown(session, "removal")
    aws([])
    go_on.set()
    wait_until(reloaded, lambda app: "mine is deleted" in shown(app, "removal"))
    later = open_aws()
    assert "Removed: endpoint mine. Kept: model x, which endpoint y uses." in shown(later, "removal")
    press(later, "close_mine")
    assert "mine" not in shown(open_aws(), "removal")

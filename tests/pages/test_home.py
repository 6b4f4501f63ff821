"""The front page: what runs here and on AWS, what it costs, and where it leads."""

import inspect
from collections.abc import Callable

import pytest
from botocore.exceptions import ProfileNotFound

from components.core.errors import AccessDeniedError
from components.core.settings import Settings
from components.deployment.pricing import Price
from components.targets.target import Target
from components.widgets.endpoints import cached_lookups, known_targets
from tests.pages.driver import (
    Answer,
    endpoint,
    error,
    everything,
    is_shown,
    open_home,
    run,
    shown,
    wait_until,
)


@pytest.mark.usefixtures("portal")
def test_home_shows_what_runs_here_and_how_to_connect_aws() -> None:
    app = open_home()
    box = shown(app, "target_local")
    assert "This computer" in box
    assert "whisper-base" in box
    assert "74 M parameters" in box
    assert "InService" in box
    assert "Without AWS credentials, everything here works" in everything(app)
    assert "aws configure" in everything(app)


@pytest.mark.usefixtures("portal")
def test_home_leads_to_the_playground() -> None:
    app = open_home()
    app.button(key="open_playground").click()
    assert is_shown(run(app), "transcribe")


def test_home_shows_both_targets(aws: Callable[[Answer], None]) -> None:
    aws([endpoint("mine", "InService"), endpoint("slow", "Creating", progress="step 2 of 3")])
    app = open_home()
    assert "whisper-base" in shown(app, "target_local")
    assert "mine" in shown(app, "target_eu-west-1")
    assert "step 2 of 3" in shown(app, "target_eu-west-1")
    assert "credentials" not in everything(app)


def test_home_gives_the_reason_of_a_failure_and_advice(aws: Callable[[Answer], None]) -> None:
    aws([endpoint("broken", "Failed", failure_reason="No *capacity*.")])
    box = shown(open_home(), "target_eu-west-1")
    assert "broken failed to start" in box
    assert "No *capacity*. Its log in CloudWatch says more." in box


def test_home_says_why_aws_can_not_be_asked(aws: Callable[[Answer], None]) -> None:
    aws(AccessDeniedError("Not allowed.", "Ask for it."))
    app = open_home()
    assert error(app, "error_eu-west-1") == "Not allowed. Ask for it."
    assert "whisper-base" in shown(app, "target_local")


@pytest.mark.usefixtures("portal")
def test_home_says_what_is_wrong_with_the_aws_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_settings: Settings) -> Target | None:
        raise ProfileNotFound(profile="nobody")

    monkeypatch.setattr(known_targets, "aws", fail)
    search = inspect.unwrap(known_targets._aws_search)()
    search.wait()
    monkeypatch.setattr(known_targets, "_aws_search", lambda: search)
    assert "nobody" in error(open_home(), "aws_error")


def test_home_says_what_the_endpoints_cost(
    aws: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hourly_price(_target: Target, instance_type: str) -> Price | None:
        return Price(1.515, "the test") if instance_type == "ml.g5.2xlarge" else None

    monkeypatch.setattr(cached_lookups, "hourly_price", hourly_price)
    two = endpoint("two", "InService", instance_type="ml.g5.2xlarge", instance_count=2)
    odd = endpoint("odd", "InService", instance_type="ml.odd", instance_count=1)
    gone = endpoint("gone", "Failed", instance_type="ml.g5.2xlarge", instance_count=1)
    aws([two, odd, gone])
    app = wait_until(open_home(), lambda app: "3.03 USD" in shown(app, "target_eu-west-1"))
    box = shown(app, "target_eu-west-1")
    assert "**3.03 USD an hour** together, and 1 of unknown price" in box
    assert "USD" not in shown(app, "target_local")


@pytest.mark.usefixtures("portal")
def test_home_leads_to_the_deploy_page() -> None:
    app = open_home()
    app.button(key="open_deploy").click()
    assert is_shown(run(app), "deploy")

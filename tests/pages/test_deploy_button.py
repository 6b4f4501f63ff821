"""When a deployment starts, and when it does not; what AWS says is the test's word."""

from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from components.deployment.checks import Check, Verdict
from components.deployment.plan import Scaling, VpcConfig
from components.deployment.pricing import Price
from components.targets.target import Target
from components.widgets.endpoints import cached_lookups
from tests.pages.aws_answers import FAILED, G4, ROLE, AwsAnswers
from tests.pages.deploy_driver import fill, is_ready, label, order, switch_on
from tests.pages.driver import (
    elements,
    error,
    is_shown,
    open_deploy,
    run,
    shown,
    wait_until,
)


def test_a_failed_check_locks_the_button(account: AwsAnswers) -> None:
    account.checks = [FAILED, Check("Role", Verdict.WARNING, "Can't say.", "Look yourself.")]
    app = wait_until(open_deploy(target="eu-west-1"), lambda app: "The quota is 0." in shown(app, "checks"))
    assert "Ask for more." in shown(app, "checks")
    assert "Can't say." in shown(app, "checks")
    assert app.button(key="deploy").disabled
    assert "A check has failed" in " ".join(c.value for c in app.caption)


def test_all_that_was_chosen_is_deployed(page: AppTest, account: AwsAnswers) -> None:
    account.deploying.set()
    fill(page, "model", "whisper-large-v3-turbo")
    fill(page, "endpoint_name", "mine")
    fill(page, "lifetime_eu-west-1", "Never")
    fill(page, "instance_type", G4)
    fill(page, "instance_count", 2)
    fill(page, "tags", "team = speech\n\ncost-center=a=b\nbare")
    switch_on(page, "scaling")
    fill(page, "scaling_highest", 4)
    fill(page, "scaling_invocations", 7)
    fill(page, "subnets", ["subnet-1"])
    fill(page, "security_groups", ["sg-1"])
    fill(page, "network_isolation", "On")
    order(page)
    wait_until(page, lambda _: bool(account.plans))
    plan = account.plans[0]
    assert (plan.model.name, plan.endpoint_name, plan.hours) == ("whisper-large-v3-turbo", "mine", None)
    assert (plan.instance_type, plan.instance_count, plan.role_arn) == (G4, 2, ROLE)
    assert plan.tags == {"team": "speech", "cost-center": "a=b", "bare": ""}
    assert plan.scaling == Scaling(1, 4, 7)
    assert plan.network == VpcConfig(("subnet-1",), ("sg-1",))
    assert plan.network_isolation is True


def test_a_second_click_deploys_nothing_more(page: AppTest, account: AwsAnswers) -> None:
    order(page)
    assert not is_shown(page, "deploy")
    assert page.text_input(key="endpoint_name").value == "whisper-base"
    wait_until(page, lambda _: bool(account.plans))
    # For another one the user has to say so.
    page.button(key="deploy_another").click()
    run(page)
    assert page.text_input(key="endpoint_name").value == "whisper-base-2"
    assert is_shown(page, "deploy")
    assert [plan.endpoint_name for plan in account.plans] == ["whisper-base"]
    account.deploying.set()


def test_a_change_of_the_form_after_a_deployment_is_about_another_one(
    page: AppTest, account: AwsAnswers
) -> None:
    account.deploying.set()
    order(page)
    fill(page, "instance_count", 2)
    assert page.text_input(key="endpoint_name").value == "whisper-base-2"
    assert is_shown(page, "deploy")
    order(page)
    wait_until(page, lambda _: len(account.plans) == 2)
    assert [plan.instance_count for plan in account.plans] == [1, 2]


def test_what_was_not_seen_before_the_click_is_not_deployed(page: AppTest, account: AwsAnswers) -> None:
    # A name is typed and the button is pressed before the page has answered.
    page.text_input(key="endpoint_name").set_value("mine")
    page.selectbox(key="instance_type").set_value(G4)
    page.button(key="deploy").click()
    run(page)
    assert account.plans == []
    assert "press again" in error(page, "order_error")
    account.deploying.set()
    order(page)
    wait_until(page, lambda _: bool(account.plans))
    assert (account.plans[0].endpoint_name, account.plans[0].instance_type) == ("mine", G4)
    assert not is_shown(page, "order_error")


def test_nothing_is_deployed_before_its_price_is_known(
    page: AppTest, account: AwsAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Event()

    def slow(target: Target, kind: str) -> Price | None:
        assert known.wait(60)
        return account.hourly_price(target, kind)

    monkeypatch.setattr(cached_lookups, "hourly_price", slow)
    cached_lookups.answers.clear()
    fill(page, "instance_type", G4)
    assert page.button(key="deploy").disabled
    assert "The price comes first" in " ".join(caption.value for caption in page.caption)
    known.set()
    wait_until(page, is_ready)
    assert label(page) == "Deploy for 0.94 USD an hour"


def test_the_page_has_one_primary_button(page: AppTest) -> None:
    assert [b.key for b in elements(page.main, "button") if b.proto.type == "primary"] == ["deploy"]

"""Choosing, pricing and checking on the deploy page; what AWS says is the test's word."""

import pytest
from streamlit.testing.v1 import AppTest

from components.core.errors import AccessDeniedError, EndpointUnreachableError
from components.deployment.jumpstart import InstanceTypes
from components.deployment.network import Networks, VpcResource
from components.deployment.roles import Roles
from components.targets.target import Target
from components.whisper.models import MODELS
from components.widgets.endpoints import cached_lookups
from tests.pages.aws_answers import G4, G5, ROLE, AwsAnswers
from tests.pages.deploy_driver import Says, fill, is_ready, label, options, switch_on
from tests.pages.driver import (
    DEPLOY,
    PLAYGROUND,
    endpoint,
    is_shown,
    open_deploy,
    run,
    shown,
    wait_until,
    widget,
)


def test_this_computer_offers_all_models_with_their_figures(portal: Target) -> None:
    app = open_deploy()
    table = app.dataframe[0].value
    assert list(table["model"]) == options(app, "model") == [model.name for model in MODELS]
    small = table[table["model"] == "whisper-small"].iloc[0]
    assert (small["parameters"], small["error_rate"], small["latency"]) == (244, 3.43, 0.84)
    assert small["download"] == MODELS[4].download_bytes
    english = table[table["model"] == "whisper-tiny.en"].iloc[0]
    assert english["languages"] == "English only"
    assert not english["translates"]
    # What was not published is empty, and no zero.
    assert (
        table.loc[table["model"] == "whisper-tiny.en", ["error_rate", "leaderboard", "latency"]]
        .isna()
        .all(axis=None)
    )
    assert "price" not in table


def test_aws_offers_jumpstarts_eight_with_their_price(page: AppTest, account: AwsAnswers) -> None:
    table = page.dataframe[0].value
    assert list(table["model"]) == [model.name for model in MODELS if model.in_jumpstart]
    assert set(table["price"]) == {1.515}
    assert account.asked.count(G5) == 1


def test_a_link_chooses_target_and_model(account: AwsAnswers) -> None:
    app = open_deploy(target="eu-west-1", model="whisper-large-v3")
    assert app.selectbox(key="model").value == "whisper-large-v3"
    assert widget(app, "target").value == "eu-west-1"
    fill(app, "model", "whisper-small")
    address = {name: str(value) for name, value in dict(app.query_params).items()}
    assert address == {"target": "eu-west-1", "model": "whisper-small"}


def test_a_link_to_a_model_that_the_target_lacks_is_noted(account: AwsAnswers) -> None:
    app = open_deploy(target="eu-west-1", model="whisper-tiny.en")
    assert "the model whisper-tiny.en, which is not here" in shown(app, "link_notes")
    assert app.selectbox(key="model").value == "whisper-base"


def test_the_table_stands_on_the_chosen_model(page: AppTest) -> None:
    fill(page, "model", "whisper-medium")
    rows = page.session_state["models_table"]["selection"]["rows"]
    assert [page.dataframe[0].value["model"][row] for row in rows] == ["whisper-medium"]


def test_the_name_follows_the_model_until_it_is_edited(page: AppTest, aws: Says) -> None:
    aws([endpoint("whisper-large-v2")])
    fill(page, "model", "whisper-large-v2")
    assert page.text_input(key="endpoint_name").value == "whisper-large-v2-2"
    fill(page, "endpoint_name", "mine")
    fill(page, "model", "whisper-tiny")
    assert page.text_input(key="endpoint_name").value == "mine"


def test_what_was_typed_survives_a_visit_to_another_page(portal: Target) -> None:
    app = open_deploy(model="whisper-small.en")
    fill(app, "endpoint_name", "mine")
    fill(app, "lifetime_local", "8 h")
    fill(app, "tags", "team=speech")
    run(app.switch_page(PLAYGROUND))
    assert is_shown(app, "transcribe")
    run(app.switch_page(DEPLOY))
    assert app.selectbox(key="model").value == "whisper-small.en"
    assert app.text_input(key="endpoint_name").value == "mine"
    assert widget(app, "lifetime_local").value == "8 h"
    assert app.text_area(key="tags").value == "team=speech"


def test_a_fault_stands_in_the_form_and_locks_the_button(page: AppTest, aws: Says) -> None:
    aws([endpoint("mine")])
    fill(page, "endpoint_name", "mine")
    assert "There is an endpoint mine already" in shown(page, "form")
    assert page.button(key="deploy").disabled
    assert "Put right what is marked" in " ".join(c.value for c in page.caption)
    fill(page, "endpoint_name", "other")
    assert "already" not in shown(page, "form")
    wait_until(page, is_ready)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("tags", "aws:mine=1", "begins with a word that others keep"),
        ("endpoint_name", "", "needs a name"),
    ],
)
def test_what_can_not_be_is_said(page: AppTest, key: str, value: str, sentence: str) -> None:
    fill(page, key, value)
    assert sentence in shown(page, "form")
    assert page.button(key="deploy").disabled


def test_the_price_follows_the_form(page: AppTest) -> None:
    assert label(page) == "Deploy for 1.515 USD an hour"
    box = shown(page, "price")
    assert "**1.515 USD an hour**" in box
    assert "36.36 USD a day" in box
    assert "6.06 USD until it deletes itself after 4 h" in box
    assert "Source: the test's list." in box
    fill(page, "instance_count", 2)
    fill(page, "lifetime_eu-west-1", "1 h")
    assert "3.03 USD until it deletes itself after 1 h" in shown(page, "price")
    fill(page, "lifetime_eu-west-1", "Never")
    assert "by itself it never does" in shown(page, "price")


def test_automatic_scaling_gives_a_range_of_prices(page: AppTest) -> None:
    switch_on(page, "scaling")
    fill(page, "scaling_highest", 3)
    assert label(page) == "Deploy for 1.515 to 4.545 USD an hour"
    assert "6.06 to 18.18 USD until it deletes itself" in shown(page, "price")
    fill(page, "instance_count", 4)
    assert "must lie between the minimum and the maximum" in shown(page, "form")


def test_a_price_of_another_region_is_remarked_on(page: AppTest) -> None:
    fill(page, "instance_type", G4)
    assert "This is not the price of eu-west-1" in shown(page, "price")
    assert f"{G4} · 0.94 USD an hour" in options(page, "instance_type")


def test_an_unknown_price_is_no_free_price(page: AppTest) -> None:
    fill(page, "instance_type", "ml.p3.2xlarge")
    assert "No price is known for ml.p3.2xlarge in eu-west-1" in shown(page, "price")
    assert label(page) == "Deploy at an unknown price"
    assert "ml.p3.2xlarge · price unknown" in options(page, "instance_type")


def test_this_computer_costs_nothing(portal: Target) -> None:
    app = open_deploy()
    assert "**Costs nothing**" in shown(app, "price")
    assert label(app) == "Deploy on this computer"
    assert not any(
        is_shown(app, key) for key in ("instance_type", "instance_count", "role", "scaling", "subnets")
    )


def test_jumpstart_is_asked_for_the_instance_types(account: AwsAnswers) -> None:
    account.types = {"whisper-base": InstanceTypes("ml.new", ("ml.new", G5))}
    app = wait_until(
        open_deploy(target="eu-west-1"), lambda app: app.selectbox(key="instance_type").value == "ml.new"
    )
    assert [option.split(" ")[0] for option in options(app, "instance_type")] == ["ml.new", G5]


def test_the_usual_types_are_offered_where_jumpstart_can_not_be_asked(account: AwsAnswers) -> None:
    account.types = EndpointUnreachableError("No way.", "Go on.")
    app = wait_until(open_deploy(target="eu-west-1"), is_ready)
    assert app.selectbox(key="instance_type").value == G5
    assert len(options(app, "instance_type")) == 5


def test_the_suggested_role_comes_first(page: AppTest) -> None:
    assert page.selectbox(key="role").value == ROLE
    assert options(page, "role") == ["SageMaker", "team/Other"]


def test_where_no_role_is_known_one_can_be_typed(account: AwsAnswers) -> None:
    account.roles = Roles(note="Roles can't be listed.")
    app = wait_until(
        open_deploy(target="eu-west-1"), lambda app: "Roles can't be listed." in shown(app, "form")
    )
    assert "SageMaker needs an execution role" in shown(app, "form")
    # AppTest can't type what is no option: here it stands in the field from the beginning.
    app = open_deploy({"role": "SageMaker"}, target="eu-west-1")
    wait_until(app, lambda app: "A role's ARN looks like" in shown(app, "form"))
    wait_until(open_deploy({"role": ROLE}, target="eu-west-1"), is_ready)


def test_never_on_this_computer_is_not_never_on_aws(account: AwsAnswers) -> None:
    app = open_deploy(target="local")
    fill(app, "lifetime_local", "Never")
    widget(app, "target").set_value("eu-west-1")
    run(app)
    assert widget(app, "lifetime_eu-west-1").value == "4 h"


def test_an_instance_type_that_jumpstart_does_not_name_stays_and_is_told(
    page: AppTest, account: AwsAnswers
) -> None:
    fill(page, "instance_type", G4)
    account.types = {"whisper-base": InstanceTypes("ml.g6.xlarge", ("ml.g6.xlarge", G5))}
    cached_lookups.forget()
    wait_until(page, lambda app: "JumpStart does not name ml.g4dn.2xlarge" in shown(app, "form"))
    assert page.selectbox(key="instance_type").value == G4


def test_an_untouched_instance_type_follows_jumpstarts_default(page: AppTest, account: AwsAnswers) -> None:
    assert page.selectbox(key="instance_type").value == G5
    account.types = {"whisper-base": InstanceTypes(G4, (G4, G5))}
    cached_lookups.forget()
    wait_until(page, lambda app: app.selectbox(key="instance_type").value == G4)


def test_networks_are_looked_up_when_their_part_is_opened(page: AppTest, account: AwsAnswers) -> None:
    account.network = Networks(
        (
            VpcResource("vpc-1", "eu-west-1a", "private", "subnet-1"),
            VpcResource("vpc-2", "eu-west-1b", "", "subnet-2"),
        ),
        (VpcResource("vpc-1", "", "inside", "sg-1"), VpcResource("vpc-2", "", "outside", "sg-2")),
    )
    assert not list(page.multiselect(key="subnets").options)
    page.session_state["group_network"] = True
    wait_until(run(page), lambda app: bool(app.multiselect(key="subnets").options))
    assert "subnet-1 (private, eu-west-1a, vpc-1)" in page.multiselect(key="subnets").options
    fill(page, "subnets", ["subnet-1"])
    # A security group of another VPC could not be used.
    assert list(page.multiselect(key="security_groups").options) == ["sg-1 (inside, vpc-1)"]
    assert "at least one subnet and one security group" in shown(page, "form")


def test_networks_that_can_not_be_listed_can_be_typed(page: AppTest, account: AwsAnswers) -> None:
    account.network = AccessDeniedError("EC2 is closed.", "Ask for it.")
    page.session_state["group_network"] = True
    wait_until(run(page), lambda app: "EC2 is closed. Type the ids instead." in shown(app, "form"))
    fill(page, "subnets", ["subnet-9"])
    assert page.multiselect(key="subnets").value == ["subnet-9"]

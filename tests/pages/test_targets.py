"""This computer and AWS side by side, on both pages; what AWS says is the test's word."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

import pytest
from botocore.exceptions import ClientError, ProfileNotFound
from streamlit.testing.v1 import AppTest

from components import samples
from components.catalog import find_model
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.embedded_process import EmbeddedEndpoint
from components.errors import AccessDeniedError, EndpointError
from components.settings import Settings
from components.targets import Target
from components.widgets import known_targets
from components.widgets.background import Background
from tests.pages.driver import (
    choose_sample,
    choose_source,
    elements,
    error,
    is_shown,
    open_home,
    open_playground,
    run,
    speech,
    widget,
)

AWS = Target("AWS eu-west-1", "eu-west-1")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
BASE = find_model("whisper-base")
Answer = list[EndpointSummary] | EndpointError


def endpoint(name: str, status: str, **details: str) -> EndpointSummary:
    return EndpointSummary(name, status, NOW, BASE, **details)


@pytest.fixture
def aws(portal: Target, monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """AWS is connected; the test says what listing its endpoints gives."""
    answers: list[Answer] = [[]]
    found: Background[Target | None] = Background(lambda: AWS)
    found.result()

    def listed(target: Target) -> list[EndpointSummary]:
        if target != AWS:
            return list_endpoints(target)
        if isinstance(answers[0], EndpointError):
            raise answers[0]
        return answers[0]

    def say(answer: Answer) -> None:
        answers[0] = answer
        known_targets.endpoints_of.clear()

    monkeypatch.setattr(known_targets, "_aws_search", lambda: found)
    monkeypatch.setattr(known_targets, "list_endpoints", listed)
    say([])
    return say


def without_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_targets, "_embedded", lambda: None)


def shown(app: AppTest, key: str) -> str:
    box = app.container(key=key)
    kinds = ("markdown", "caption", "info", "error", "warning")
    texts = [f"{getattr(e.proto, 'title', '')} {e.value}" for e in elements(box, *kinds)]
    return " ".join(texts).replace("\\", "")


def everything(app: AppTest) -> str:
    return " ".join(str(element.value) for element in elements(app.main, "markdown", "caption"))


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
    def fail() -> Target | None:
        raise ProfileNotFound(profile="nobody")

    search = Background(fail)
    monkeypatch.setattr(known_targets, "_aws_search", lambda: search)
    assert "nobody" in error(open_home(), "aws_error")


@pytest.mark.usefixtures("portal")
def test_no_page_waits_for_the_search_for_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Event()
    search: Background[Target | None] = Background(lambda: AWS if found.wait(60) else None)
    monkeypatch.setattr(known_targets, "_aws_search", lambda: search)
    app = open_playground()
    assert not app.selectbox(key="endpoint").disabled
    assert "Looking for AWS" in shown(app, "aws_search")
    found.set()
    search.result()
    assert is_shown(run(app), "target")
    assert not is_shown(app, "aws_search")


def test_a_link_to_aws_is_followed_once_aws_is_found(
    aws: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    aws([endpoint("mine", "InService")])
    done = known_targets._aws_search
    monkeypatch.setattr(known_targets, "_aws_search", lambda: Background(lambda: Event().wait(60)))
    app = open_playground(target="eu-west-1", endpoint="mine")
    assert app.selectbox(key="endpoint").value == "whisper-base"
    monkeypatch.setattr(known_targets, "_aws_search", done)
    run(app)
    assert widget(app, "target").value == "eu-west-1"
    assert app.selectbox(key="endpoint").value == "mine"
    assert not app.container(key="link_notes").warning


def test_an_endpoint_in_service_is_preferred(aws: Callable[[Answer], None]) -> None:
    aws([endpoint("a", "Failed"), endpoint("b", "Creating"), endpoint("c", "InService")])
    assert open_playground(target="eu-west-1").selectbox(key="endpoint").value == "c"


@pytest.mark.parametrize(
    ("status", "details", "text"),
    [
        ("Creating", {"progress": "fetching the weights"}, "fetching the weights"),
        ("Creating", {}, "some minutes"),
        ("Failed", {"failure_reason": "No capacity."}, "No capacity. Its log in CloudWatch"),
        ("OutOfService", {}, "answers no requests"),
    ],
)
def test_the_playground_explains_an_endpoint_that_does_not_answer(
    aws: Callable[[Answer], None], status: str, details: dict[str, str], text: str
) -> None:
    aws([endpoint("mine", status, **details)])
    app = choose_sample(open_playground(target="eu-west-1"))
    assert text in " ".join(shown(app, key) for key in ("waiting", "starting") if is_shown(app, key))
    assert app.button(key="transcribe").disabled
    assert "mine is not in service" in shown(app, "actions")


def test_the_playground_goes_on_when_the_endpoint_is_in_service(aws: Callable[[Answer], None]) -> None:
    aws([endpoint("mine", "Creating")])
    app = choose_sample(open_playground(target="eu-west-1"))
    aws([endpoint("mine", "InService")])
    assert not run(app).button(key="transcribe").disabled


def test_without_endpoints_the_playground_says_how_to_get_one(aws: Callable[[Answer], None]) -> None:
    aws([])
    app = open_playground(target="eu-west-1")
    assert "Deploy a Whisper model from SageMaker JumpStart" in shown(app, "waiting")
    assert "no endpoint" in shown(app, "actions")


def test_a_target_that_can_not_be_asked_is_explained(aws: Callable[[Answer], None]) -> None:
    aws(AccessDeniedError("Not allowed.", "Ask for it."))
    app = open_playground(target="eu-west-1")
    assert error(app, "endpoint_error") == "Not allowed. Ask for it."
    choose_source(app, "Samples")


@pytest.mark.usefixtures("portal")
def test_the_embedded_endpoint_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_EMBEDDED_ENDPOINT", "0")
    assert inspect.unwrap(known_targets._embedded)() is None
    without_embedded(monkeypatch)
    assert "There is no endpoint to send to" in everything(open_home())
    app = choose_sample(open_playground())
    assert "There is no endpoint to send to." in shown(app, "actions")
    assert app.button(key="transcribe").disabled


@pytest.mark.usefixtures("portal")
def test_an_embedded_endpoint_that_is_given_up_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = EmbeddedEndpoint(Settings())
    given_up.failure = "It ended five times in a row."
    monkeypatch.setattr(known_targets, "_embedded", lambda: (given_up, Background(lambda: None)))
    known_targets.endpoints_of.clear()
    assert "It ended five times in a row." in error(open_playground(), "endpoint_error")
    assert "It ended five times in a row." in error(open_home(), "error_local")
    known_targets.endpoints_of.clear()


def test_jumpstarts_clips_come_from_aws(
    aws: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[bytes | Exception] = [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, "GetObject"),
        speech("en/hello_world.wav"),
    ]

    def fetch(sample: samples.JumpStartSample, _client: object, region: str) -> bytes:
        assert (sample.id, region) == ("jumpstart-french", "eu-west-1")
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(samples, "fetch", fetch)
    aws([endpoint("mine", "InService")])
    app = choose_sample(open_playground(), "jumpstart-french")
    assert "Access Denied" in error(app)
    app.button(key="fetch_again").click()
    run(app)
    assert "sample_french1" in shown(app, "clip")
    run(app)
    assert not answers

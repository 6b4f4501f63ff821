"""This computer and AWS side by side, as the pages offer them; what AWS says is the test's word."""

import inspect
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError
from streamlit.testing.v1 import AppTest

from components.audio import samples
from components.core.background_work import Task
from components.core.errors import AccessDeniedError
from components.core.settings import Settings
from components.targets.embedded_process import EmbeddedEndpoint
from components.targets.target import Target
from components.widgets.endpoints import known_targets
from tests.pages.driver import (
    AWS,
    Answer,
    choose_sample,
    choose_source,
    endpoint,
    error,
    everything,
    is_shown,
    open_home,
    open_playground,
    run,
    shown,
    speech,
    widget,
)


def without_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_targets, "_embedded", lambda: None)


@pytest.mark.usefixtures("portal")
def test_no_page_waits_for_the_search_for_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Event()
    search: Task[Target | None] = Task("a search", lambda: AWS if found.wait(60) else None)
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
    monkeypatch.setattr(known_targets, "_aws_search", lambda: Task("a search", lambda: Event().wait(60)))
    app = open_playground(target="eu-west-1", endpoint="mine")
    assert app.selectbox(key="endpoint").value == "whisper-base"
    monkeypatch.setattr(known_targets, "_aws_search", done)
    run(app)
    assert widget(app, "target").value == "eu-west-1"
    assert app.selectbox(key="endpoint").value == "mine"
    assert not app.container(key="link_notes").warning


def offered(app: AppTest) -> list[str]:
    return [option.split(" ")[0] for option in app.selectbox(key="endpoint").options]


def test_the_playground_offers_what_is_in_service(aws: Callable[[Answer], None]) -> None:
    aws(
        [
            endpoint("a", "Failed"),
            endpoint("b", "Creating"),
            endpoint("c", "InService"),
            endpoint("d", "Deleting"),
        ]
    )
    app = open_playground(target="eu-west-1")
    assert app.selectbox(key="endpoint").value == "c"
    assert offered(app) == ["c"]


def test_what_is_starting_is_offered_where_nothing_else_is(aws: Callable[[Answer], None]) -> None:
    aws([endpoint("a", "Failed"), endpoint("b", "Creating")])
    app = open_playground(target="eu-west-1")
    assert offered(app) == ["b"]
    # Once chosen it stays, whatever becomes of it.
    aws([endpoint("a", "InService"), endpoint("b", "Failed", failure_reason="No capacity.")])
    assert offered(run(app)) == ["a", "b"]
    assert "No capacity." in shown(app, "waiting")


def test_a_link_shows_also_what_is_not_in_service(aws: Callable[[Answer], None]) -> None:
    aws(
        [
            endpoint("a", "Failed", failure_reason="No capacity."),
            endpoint("b", "Creating"),
            endpoint("c", "InService"),
        ]
    )
    app = open_playground(target="eu-west-1", endpoint="a")
    assert offered(app) == ["a", "c"]
    assert app.selectbox(key="endpoint").value == "a"
    assert "No capacity." in shown(app, "waiting")


def test_nothing_is_chosen_where_all_have_failed(aws: Callable[[Answer], None]) -> None:
    aws([endpoint("a", "Failed")])
    app = open_playground(target="eu-west-1")
    assert not is_shown(app, "endpoint")
    assert "No endpoint in service in AWS eu-west-1" in shown(app, "waiting")


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
    aws: Callable[[Answer], None], status: str, details: dict[str, Any], text: str
) -> None:
    aws([endpoint("mine", status, **details)])
    app = choose_sample(open_playground(target="eu-west-1", endpoint="mine"))
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
    monkeypatch.setattr(known_targets, "_embedded", lambda: (given_up, Task("a start", lambda: None)))
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

    def fetch(sample: samples.Sample, _client: object, region: str) -> bytes:
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

"""The pages run with the real embedded endpoint behind them, started by the portal itself."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
import streamlit as st
import streamlit_webrtc.component
import streamlit_webrtc.shutdown
from streamlit.testing.v1 import AppTest

from components.audio.decoding import Clip, read_clip
from components.core.background_work import Task
from components.core.errors import EndpointError
from components.deployment.endpoints import EndpointSummary, list_endpoints
from components.endpoint_client import EndpointClient
from components.evaluation.runs.run_store import RunStore
from components.live import frame_queue
from components.targets.target import Target
from components.whisper.contract import Request
from components.widgets.common.work import work_registry
from components.widgets.endpoints import cached_lookups, known_targets
from tests.pages.aws_answers import AwsAnswers
from tests.pages.compare_driver import empty_store
from tests.pages.deploy_driver import is_ready
from tests.pages.driver import (
    AWS,
    Answer,
    choose_source,
    open_deploy,
    open_playground,
    speech,
    upload,
    wait_in_service,
    wait_until,
)
from tests.pages.long_driver import FOX


@pytest.fixture(scope="session", autouse=True)
def no_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A computer without AWS."""
    nowhere = str(tmp_path_factory.mktemp("no-aws") / "none")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_CONFIG_FILE", nowhere)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", nowhere)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("PORTAL_EMBEDDED_PORT", "0")
        patch.setenv("PORTAL_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def portal(no_aws: None) -> Iterator[Target]:
    """The portal's one embedded endpoint, with whisper-base in service."""
    st.cache_resource.clear()
    target = known_targets.known_targets().local
    running = known_targets._embedded()
    assert target
    assert running
    wait_in_service(target, "whisper-base")
    yield target
    running[0].stop()
    st.cache_resource.clear()


@pytest.fixture
def aws(portal: Target, monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """AWS is connected; the test says what listing its endpoints gives. No price is known there."""
    answers: list[Answer] = [[]]
    found: Task[Target | None] = Task("looking for AWS", lambda: AWS)
    found.wait()

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
    monkeypatch.setattr(cached_lookups, "hourly_price", lambda _target, _instance_type: None)
    cached_lookups.answers.clear()
    say([])
    return say


@pytest.fixture
def playground(portal: Target) -> AppTest:
    return open_playground()


class Wire:
    """The requests that leave the portal; with a `reply` or an `error` they get no further."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.reply: list[str] | None = None
        self.error: Exception | None = None

    @property
    def payload(self) -> dict[str, Any]:
        """The parameters of the last request."""
        payload: dict[str, Any] = json.loads(self.requests[-1].body)
        return payload


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire, invoke = Wire(), EndpointClient._invoke

    def watched(self: EndpointClient, request: Request) -> tuple[bytes, Mapping[str, object]]:
        wire.requests.append(request)
        if wire.error:
            raise wire.error
        if wire.reply:
            return json.dumps({"text": wire.reply}).encode(), {"RequestId": "id-1", "RetryAttempts": 0}
        return invoke(self, request)

    monkeypatch.setattr(EndpointClient, "_invoke", watched)
    return wire


@pytest.fixture
def account(aws: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsAnswers]:
    """An account of AWS in which everything can be looked up, and nothing real is deployed."""
    answers = AwsAnswers()
    answers.install(monkeypatch)
    work_registry.clear()
    yield answers
    answers.deploying.set()


@pytest.fixture
def page(account: AwsAnswers) -> AppTest:
    """The deploy page for AWS, with everything looked up."""
    return wait_until(open_deploy(target="eu-west-1"), is_ready)


@pytest.fixture
def store(portal: Target, tmp_path: Path) -> Iterator[RunStore]:
    """The runs of a portal that has measured nothing yet."""
    with empty_store(tmp_path) as store:
        yield store


@pytest.fixture
def live(playground: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page with the microphone chosen; there is no browser that could start it."""
    # However long the test takes, the connection is not interrupted.
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 600)
    for module in (streamlit_webrtc.component, streamlit_webrtc.shutdown):
        monkeypatch.setattr(module, "get_this_session_info", lambda: None)
    return choose_source(playground, "Live")


@pytest.fixture(scope="module")
def talk() -> bytes:
    """Four sentences with long silence between them: four chunks in 34 s."""
    fox = read_clip(speech("en/quick_brown_fox.wav"), "").samples
    rest = np.zeros(34 * 16_000 - 4 * len(fox), np.int16)
    silence = np.array_split(rest, 4)
    # Each silence is of another length, so that no two chunks are cut alike.
    shifted = [silence[0][700:], silence[1][:-300], silence[2], np.concatenate((silence[3], rest[:1000]))]
    return Clip(np.concatenate([part for gap in shifted for part in (fox, gap)]), "talk.wav", "").wav()


@pytest.fixture
def ready(playground: AppTest, talk: bytes, wire: Wire) -> AppTest:
    """The recording is uploaded, and every chunk of it is answered with the sentence, until a test says otherwise."""
    wire.reply = [f" {FOX}"]
    return upload(playground, "talk.wav", talk)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """All requests but the first wait until the test lets them go on."""
    go_on, invoke, sent = Event(), EndpointClient._invoke, list[object]()

    def waiting(self: EndpointClient, *request: object) -> object:
        sent.append(request)
        assert len(sent) == 1 or go_on.wait(60)
        return invoke(self, *request)  # type: ignore[arg-type]

    monkeypatch.setattr(EndpointClient, "_invoke", waiting)
    yield go_on
    go_on.set()

"""The pages run with the real embedded endpoint behind them, started by the portal itself."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.contract import Request
from components.endpoint_client import EndpointClient
from components.targets import Target
from components.widgets import known_targets
from tests.pages.driver import open_playground, wait_in_service


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

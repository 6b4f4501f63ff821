import time

import pytest
from streamlit.testing.v1 import AppTest

from components.core.errors import PortalError
from components.live.ice import IceServer
from components.targets.target import Target
from components.widgets.endpoints.known_targets import KnownTargets
from components.widgets.playground.live import connection
from components.widgets.playground.live.connection import is_secure, no_connection


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://portal.example.com/playground", True),
        ("http://localhost:8501/playground", True),
        ("http://127.0.0.1:8501/", True),
        ("http://[::1]:8501/", True),
        ("http://portal.example.com/playground", False),
        ("http://10.0.0.7:8501/", False),
        ("", True),
    ],
)
def test_a_microphone_needs_a_secure_context(url: str, expected: bool) -> None:  # noqa: FBT001
    assert is_secure(url) is expected


@pytest.mark.parametrize(
    ("url", "title", "advice"),
    [
        (
            "https://abc.studio.eu-west-1.sagemaker.aws/jupyterlab/default/proxy/8501/playground",
            "A proxy stands between",
            "SageMaker Studio's proxy passes pages on, but no live audio.",
        ),
        ("https://hub.example.com/proxy/8501/", "A proxy stands between", "PORTAL_KINESIS_CHANNEL"),
        ("https://portal.example.com/", "find no way to one another", "UDP seems to be blocked"),
    ],
)
def test_why_no_audio_arrives_depends_on_where_the_portal_is(url: str, title: str, advice: str) -> None:
    found = no_connection(url)
    assert title in found.title
    assert advice in found.advice
    assert "PORTAL_ICE_SERVERS" in found.advice
    assert "recorder" in found.advice


PAGE = """
import streamlit as st

from components.widgets.playground.live.connection import ice_servers

st.json(ice_servers())
"""


@pytest.fixture
def kinesis(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A portal with a STUN server and a channel that does not exist; the list has the channels that were looked up."""
    channels: list[str] = []

    def refuse(_target: Target, channel: str) -> list[IceServer]:
        channels.append(channel)
        raise PortalError("There is no such channel.", "Name another.")

    monkeypatch.setenv("PORTAL_ICE_SERVERS", "stun:stun.example.com")
    monkeypatch.setenv("PORTAL_KINESIS_CHANNEL", "portal")
    monkeypatch.setattr(connection, "from_kinesis", refuse)
    monkeypatch.setattr(connection, "known_targets", lambda: KnownTargets(None, Target("AWS", "eu-west-1")))
    connection._find.clear()
    return channels


def test_where_kinesis_fails_the_servers_of_the_settings_stay_and_the_failure_is_cached(
    kinesis: list[str],
) -> None:
    app = AppTest.from_string(PAGE).run()
    app.run()
    assert app.json[0].value == '[{"urls": "stun:stun.example.com"}]'
    assert app.error[0].value == "Name another\\."
    assert kinesis == ["portal"]


def test_an_idle_page_renews_credentials_before_they_expire(
    kinesis: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    monkeypatch.setattr("streamlit.rerun", lambda: runs.append("again"))
    connection._renew(time.monotonic() - connection._FRESH + 60)
    assert runs == []
    connection._renew(time.monotonic() - connection._FRESH)
    assert runs == ["again"]
    assert 2 * connection._FRESH < 300


def test_servers_of_the_settings_that_did_not_help_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_ICE_SERVERS", "stun:stun.example.com")
    assert "did not help" in no_connection("https://portal.example.com/").advice

"""The way from the browser's microphone to the portal, and what may be in it."""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from components.core.errors import PortalError
from components.core.settings import Settings
from components.live.ice import IceServer, from_kinesis, read_servers
from components.targets.target import Target
from components.widgets.common.error_view import show_error
from components.widgets.endpoints.known_targets import known_targets

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_FRESH = 110
"""Seconds. Kinesis gives credentials for five minutes: kept for so long, and asked for anew after so long again, those
of an idle page are never older than four."""


@dataclass(frozen=True)
class Obstacle:
    """Why WebRTC can't connect, and what helps."""

    title: str
    advice: str

    def tell(self) -> None:
        """Draws it."""
        st.warning(self.advice, title=self.title, icon=":material/mic_off:")

    def show(self) -> None:
        """Draws it, with the recorder as the way round."""
        self.tell()
        pressed = st.button(
            "Use the recorder", key="live_recorder", icon=":material/radio_button_checked:", on_click=_record
        )
        if pressed:
            # In a fragment nothing else would be drawn anew.
            st.rerun()


def is_secure(url: str) -> bool:
    """Browsers give out the microphone only in a secure context: https, or this computer itself."""
    parts = urlsplit(url)
    return parts.scheme != "http" or parts.hostname in _LOOPBACK


def why_not_at_all() -> Obstacle | None:
    """Why there is no point in trying; None where there may be."""
    if is_secure(st.context.url or ""):
        return None
    return Obstacle(
        "This browser gives no page the microphone over plain http",
        "Open the portal by https, or on the computer that runs it by http://localhost.",
    )


def why_not_yet(url: str) -> Obstacle:
    """Why nothing has come some seconds after the start."""
    settings, parts = Settings(), urlsplit(url)
    if settings.ice_servers or settings.kinesis_channel:
        return Obstacle(
            "This browser and the portal find no way to one another",
            "The servers that PORTAL_ICE_SERVERS or PORTAL_KINESIS_CHANNEL name did not help: look at their "
            "addresses and credentials, or use the recorder.",
        )
    if (parts.hostname or "").endswith(".sagemaker.aws") or "/proxy/" in parts.path:
        return Obstacle(
            "A proxy stands between this browser and the portal",
            "SageMaker Studio's proxy passes pages on, but no live audio. Name a TURN server in "
            "PORTAL_ICE_SERVERS, or a signalling channel in PORTAL_KINESIS_CHANNEL, or use the recorder.",
        )
    return Obstacle(
        "This browser and the portal find no way to one another",
        "UDP seems to be blocked between them. Name a TURN server in PORTAL_ICE_SERVERS, or a signalling "
        "channel in PORTAL_KINESIS_CHANNEL, or use the recorder.",
    )


def ice_servers() -> list[dict[str, object]]:
    """Those of the settings, as the browser wants them; an error in them is shown."""
    known = known_targets()
    found = _find(known.aws)
    if Settings().kinesis_channel and not known.aws and not known.aws_is_sought:
        st.caption("PORTAL_KINESIS_CHANNEL is of no use without AWS credentials and a region.")
    if found.error:
        show_error(found.error, key="ice_error")
    return [server.model_dump(exclude_none=True) for server in found.servers]


def keep_fresh() -> None:
    """Has a page on which nobody presses Start ask for credentials anew before they have run out."""
    if Settings().kinesis_channel:
        with st.container():
            st.fragment(_ask_anew, run_every=_FRESH)(time.monotonic())


def _ask_anew(asked_at: float) -> None:
    if time.monotonic() - asked_at >= _FRESH:
        st.rerun()


@dataclass(frozen=True)
class _Found:
    """Those that could be had, and why others could not."""

    servers: list[IceServer]
    error: PortalError | None = None


@st.cache_resource(ttl=_FRESH, show_spinner="Asking for ways to connect …")
def _find(aws: Target | None) -> _Found:
    settings = Settings()
    servers: list[IceServer] = []
    try:
        servers += read_servers(settings.ice_servers)
        if settings.kinesis_channel and aws:
            servers += from_kinesis(aws, settings.kinesis_channel)
    except PortalError as error:
        return _Found(servers, error)
    return _Found(servers)


def _record() -> None:
    st.session_state["source"] = "Record"

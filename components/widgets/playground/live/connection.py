"""The connection from the browser's microphone to the portal, and what may prevent it."""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from components.core.errors import PortalError
from components.core.settings import current_settings
from components.live.ice import IceServer, from_kinesis, read_servers
from components.targets.target import Target
from components.widgets.common.elements import button
from components.widgets.common.error_view import show_error
from components.widgets.endpoints.known_targets import known_targets

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_FRESH = 110
"""Seconds. Kinesis gives credentials for five minutes: cached for so long and renewed after so long again, those of an
idle page are never older than four."""


@dataclass(frozen=True)
class Obstacle:
    """Why WebRTC can't connect, and what helps."""

    title: str
    advice: str

    def show(self) -> None:
        """Draws it."""
        st.warning(self.advice, title=self.title, icon=":material/mic_off:")

    def show_with_recorder(self) -> None:
        """Draws it, with the recorder as the alternative."""
        self.show()
        if button("Use the recorder", _record, key="live_recorder", icon="radio_button_checked"):
            # A fragment would redraw itself alone.
            st.rerun()


def is_secure(url: str) -> bool:
    """Browsers give out the microphone only in a secure context: https, or this computer itself."""
    parts = urlsplit(url)
    return parts.scheme != "http" or parts.hostname in _LOOPBACK


def insecure_page() -> Obstacle | None:
    """Why this page can't have the microphone; None where it can."""
    if is_secure(st.context.url or ""):
        return None
    return Obstacle(
        "This browser gives no page the microphone over plain http",
        "Open the portal by https, or on the computer that runs it by http://localhost.",
    )


def no_connection(url: str) -> Obstacle:
    """Why no audio arrives some seconds after the start."""
    settings, parts = current_settings(), urlsplit(url)
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
    """Those of the settings, in the browser's format; an error in them is shown."""
    known = known_targets()
    servers, error = _find(known.aws)
    if current_settings().kinesis_channel and not known.aws and not known.aws_is_sought:
        st.caption("PORTAL_KINESIS_CHANNEL is of no use without AWS credentials and a region.")
    if error:
        show_error(error, key="ice_error")
    return [server.model_dump(exclude_none=True) for server in servers]


def keep_fresh() -> None:
    """Renews the credentials of a page on which nobody presses Start, before they expire."""
    if current_settings().kinesis_channel:
        with st.container():
            st.fragment(_renew, run_every=_FRESH)(time.monotonic())


def _renew(loaded_at: float) -> None:
    if time.monotonic() - loaded_at >= _FRESH:
        st.rerun()


@st.cache_resource(ttl=_FRESH, show_spinner="Looking for ICE servers …")
def _find(aws: Target | None) -> tuple[list[IceServer], PortalError | None]:
    """The servers that were found, and why others were not."""
    settings = current_settings()
    servers: list[IceServer] = []
    try:
        servers += read_servers(settings.ice_servers)
        if settings.kinesis_channel and aws:
            servers += from_kinesis(aws, settings.kinesis_channel)
    except PortalError as error:
        return servers, error
    return servers, None


def _record() -> None:
    st.session_state["source"] = "Record"

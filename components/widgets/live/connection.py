"""The way from the browser's microphone to the portal, and what may be in it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from components.errors import PortalError
from components.live.ice import IceServer, from_kinesis, read_servers
from components.settings import Settings
from components.targets import Target
from components.widgets.error_view import show_error
from components.widgets.known_targets import known_targets

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TTL = 240
"""Seconds; Kinesis gives credentials for five minutes."""


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
    parts = urlsplit(url)
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
    try:
        found = _servers(known_targets().aws)
    except PortalError as error:
        show_error(error, key="ice_error")
        found = []
    return [server.model_dump(exclude_none=True) for server in found]


@st.cache_data(ttl=_TTL, show_spinner="Asking for ways to connect …")
def _servers(_aws: Target | None) -> list[IceServer]:
    settings = Settings()
    found = read_servers(settings.ice_servers)
    if settings.kinesis_channel and _aws:
        found += from_kinesis(_aws, settings.kinesis_channel)
    return found


def _record() -> None:
    st.session_state["source"] = "Record"

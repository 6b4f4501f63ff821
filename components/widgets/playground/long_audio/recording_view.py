"""A long recording before it is sent: how it sounds, how long it is, and how many of its chunks are sent at once."""

import mimetypes

import streamlit as st

from components.audio.recording import Recording
from components.core.errors import PortalError
from components.core.formatting import timestamp
from components.endpoint_client.batch import SeveralFiles
from components.endpoint_client.long_request import MOST_AT_ONCE, usual_at_once
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import plain

AT_ONCE = "long_at_once"


def show_recording(recording: Recording) -> None:
    """Player and a line on the file."""
    with st.container(key="clip", gap="xsmall"):
        play(recording)
        lasts = timestamp(recording.seconds) if recording.seconds else "length not known"
        st.caption(f"{plain(recording.name)} · {lasts} · {plain(recording.source)}")
        st.caption(
            "Longer than the 30 s that an endpoint hears: it is cut at pauses, and each chunk is sent by itself. "
            "Silence is left out."
        )


def show_files(files: SeveralFiles) -> None:
    """How many can be sent, and why others can't."""
    with st.container(key="clip", gap="xsmall"):
        known = [found.seconds or 0.0 for found in files.recordings]
        st.caption(f"{len(known)} of {len(files.entries)} files, {timestamp(sum(known))} in all")
        for _, found in files.entries:
            if isinstance(found, PortalError):
                st.caption(f":material/error: {plain(str(found))}")


def play(recording: Recording, start: float = 0.0, press: int = 0) -> None:
    """Draws the player, from `start` seconds on; for a `press`, of which each has its number, it begins by itself."""
    kind, _ = mimetypes.guess_type(recording.name)
    content = recording.content if isinstance(recording.content, bytes) else str(recording.content)
    # A player that differs in nothing from the last one would not begin again.
    which = f"Player {press}" if press else "Player"
    st.audio(
        content,
        kind or "audio/wav",
        start_time=start,
        autoplay=press > 0,
        alt=f"{which} for {recording.name}",
    )


def choose_at_once(target: Target | None) -> int:
    """Draws the choice of how many chunks are under way at the same time; on this computer there is none to make."""
    if target is None or target.region == LOCAL_REGION:
        return usual_at_once(target) if target else 1
    return st.number_input(
        "Chunks at once",
        1,
        MOST_AT_ONCE,
        key=AT_ONCE,
        help="More are sooner done where the endpoint has several instances; each chunk is a request.",
        persist_state="session",
    )

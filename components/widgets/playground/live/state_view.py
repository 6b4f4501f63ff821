"""What the microphone does at the moment, and its level."""

import time

import streamlit as st

from components.live.microphone_line import MicrophoneLine
from components.live.session import State
from components.widgets.playground.live.connection import no_connection
from components.widgets.playground.shown_work import JOB

_SECONDS = 0.5
_PATIENCE = 8.0
"""Seconds without a connection after which the page says why."""
_QUIETEST = -60.0
"""dBFS, the left end of the meter."""
_SINCE, _IN_VAIN = "live_since", "live_in_vain"


def is_connecting() -> bool:
    """Whether the microphone is on and nothing has arrived yet."""
    return _SINCE in st.session_state


def show_state(line: MicrophoneLine, *, is_on: bool) -> None:
    """Draws it; `is_on` says that the microphone is on."""
    if is_on:
        st.session_state[_IN_VAIN] = False
    elif is_connecting():
        # The component gives up, and then looks as if nobody had pressed Start.
        st.session_state[_IN_VAIN] = time.monotonic() - st.session_state.pop(_SINCE) > _PATIENCE
    with st.container(key="live-state", gap="xsmall"):
        st.fragment(_watch, run_every=_SECONDS if is_on else None)(line, is_on)


def _watch(line: MicrophoneLine, is_on: bool) -> None:  # noqa: FBT001 - fragments take no keywords here
    session = line.session if line.is_open else None
    if session and st.session_state.get(JOB) != session.id:
        st.rerun()
    if session:
        st.session_state.pop(_SINCE, None)
        share = min(1.0, max(0.0, 1 - session.level / _QUIETEST))
        st.progress(share, text=session.state.value)
        if session.state is State.INTERRUPTED:
            st.caption("No audio arrives. If that lasts, the session ends; its text stays.")
    elif not is_on:
        _show_off(line)
    elif line.has_failed:
        st.caption("The session has ended. Press Stop; its text stays.")
    else:
        _show_connecting()


def _show_off(line: MicrophoneLine) -> None:
    if line.session and line.session.was_cut_off:
        st.caption("The connection was lost. The text stays; press Start for a new session.")
    else:
        st.caption("Press Start, allow the microphone, and speak.")
    if st.session_state.get(_IN_VAIN):
        no_connection(st.context.url or "").show_with_recorder()


def _show_connecting() -> None:
    since = st.session_state.setdefault(_SINCE, time.monotonic())
    st.progress(0.0, text="Connecting")
    if time.monotonic() - since > _PATIENCE:
        no_connection(st.context.url or "").show_with_recorder()

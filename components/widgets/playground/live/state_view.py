"""What the microphone does at the moment: a word for it, and how loud it is."""

import time

import streamlit as st

from components.live.microphone_line import MicrophoneLine
from components.live.session import State
from components.widgets.playground.live.connection import why_not_yet
from components.widgets.playground.shown_work import JOB

_SECONDS = 0.5
_PATIENCE = 8.0
"""Seconds after which a connection that has not come is not waited for without a word."""
_QUIETEST = -60.0
"""dBFS, the left end of the meter."""
_SINCE, _IN_VAIN = "live_since", "live_in_vain"


def is_connecting() -> bool:
    """Whether the microphone was started and nothing has come yet."""
    return _SINCE in st.session_state


def show_state(line: MicrophoneLine, *, is_on: bool) -> None:
    """Draws it; `is_on` says that the microphone was started."""
    if is_on:
        st.session_state[_IN_VAIN] = False
    elif is_connecting():
        # The component gives up by itself, and looks then as if nobody had pressed Start.
        st.session_state[_IN_VAIN] = time.monotonic() - st.session_state.pop(_SINCE) > _PATIENCE
    with st.container(key="live-state", gap="xsmall"):
        st.fragment(_watch, run_every=_SECONDS if is_on else None)(line, is_on)


def _watch(line: MicrophoneLine, is_on: bool) -> None:  # noqa: FBT001 - fragments take no keywords here
    session = line.session if line.is_open else None
    if session and st.session_state.get(JOB) != session.id:
        st.rerun()
    if session:
        st.session_state.pop(_SINCE, None)
        st.progress(_share(session.level), text=session.state.value)
        if session.state is State.INTERRUPTED:
            st.caption("Nothing arrives. If that lasts, the talk ends; what was said until then stays.")
    elif not is_on:
        _show_off(line)
    elif line.is_dead:
        st.caption("Nothing is heard any more. Press Stop; what was said until then stays.")
    else:
        _show_connecting()


def _show_off(line: MicrophoneLine) -> None:
    if line.session and line.session.was_cut_off:
        st.caption("The connection broke off. What was said until then stays; press Start to go on.")
    else:
        st.caption("Press Start, allow the microphone, and speak.")
    if st.session_state.get(_IN_VAIN):
        why_not_yet(st.context.url or "").show()


def _show_connecting() -> None:
    since = st.session_state.setdefault(_SINCE, time.monotonic())
    st.progress(0.0, text="Connecting")
    if time.monotonic() - since > _PATIENCE:
        why_not_yet(st.context.url or "").show()


def _share(level: float) -> float:
    return min(1.0, max(0.0, 1 - level / _QUIETEST))

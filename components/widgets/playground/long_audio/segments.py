"""The segments of a long transcript: each with its time, which plays it, and with what speaks against it."""

import streamlit as st

from components.core.formatting import timestamp
from components.transcript.long_transcript import LongTranscript, Segment
from components.widgets.common.elements import button, plain

_PRESSED, _NEVER = "long_pressed", ("", 0.0, 0)
"""The time that this session pressed last: its job, its second, and how many were pressed until then."""
_PAGE = 25
_HEIGHT = 420
"""Pixels."""


def last_press(job_id: str) -> tuple[float, int] | None:
    """The second from which to play that job, and the number of the press; None if another job's was pressed last."""
    pressed_job, seconds, number = st.session_state.get(_PRESSED, _NEVER)
    return (seconds, number) if pressed_job == job_id else None


def show_segments(job_id: str, transcript: LongTranscript) -> None:
    """Draws a page of them; pressing a time plays the recording from there."""
    found = transcript.segments
    pages = -(-len(found) // _PAGE)
    number = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            number = st.pagination(pages, width="stretch", key=f"long_page_{job_id}_{pages}")
            st.caption(f"{len(found):,} segments", width="content")
    first = (number - 1) * _PAGE
    with st.container(key="long_segments", gap="xsmall"):
        for position, segment in enumerate(found[first : first + _PAGE], first):
            _show(job_id, position, segment)


def show_so_far(transcript: LongTranscript) -> None:
    """Draws all that was heard, its end in view, while more is coming."""
    found = transcript.segments
    if not found:
        return
    lines = [f":gray[{timestamp(segment.start)}] {said(segment)}" for segment in found]
    with st.container(key="long_so_far", height=_HEIGHT, border=False, autoscroll=True):
        # In parts, so that those that do not change need not be redrawn.
        for first in range(0, len(lines), _PAGE):
            st.markdown("\n\n".join(lines[first : first + _PAGE]))


def said(segment: Segment) -> str:
    """As Markdown: what was said, with what speaks against it, or why there is a gap."""
    if segment.error is not None:
        until = f"{timestamp(segment.start)} to {timestamp(segment.end)}"
        return f":red[:material/error: Nothing from {until}: {plain(segment.error)}]"
    doubts = f"  \n:orange[:material/warning: Perhaps made up: {plain('; '.join(segment.doubts))}.]"
    return plain(segment.text) + (doubts if segment.doubts else "")


def _show(job_id: str, position: int, segment: Segment) -> None:
    with st.container(key=f"segment_{position}", horizontal=True, vertical_alignment="top", gap="small"):
        begin, key = segment.start, f"long_play_{position}"
        looks = {"type": "tertiary", "help": f"Play from {timestamp(begin)}"}
        button(timestamp(begin), _press, job_id, begin, key=key, **looks)
        st.markdown(said(segment), width="stretch")


def _press(job_id: str, seconds: float) -> None:
    *_, number = st.session_state.get(_PRESSED, _NEVER)
    st.session_state[_PRESSED] = (job_id, seconds, number + 1)

"""The segments of a long transcript: each with its time, which plays it, and with what speaks against it."""

from collections.abc import Sequence

import streamlit as st

from components.long_transcript import LongTranscript, Segment
from components.widgets.plain import plain

PLAY_FROM = "long_play_from"
"""What was pressed last: the job, and from which second on it plays."""
_PAGE, _LAST = 25, 8


def show_segments(job_id: str, transcript: LongTranscript) -> None:
    """Draws a page of them; pressing a time plays the recording from there."""
    found = transcript.segments
    pages = -(-len(found) // _PAGE)
    number = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            number = st.pagination(pages, key=f"long_page_{job_id}_{pages}")
            st.caption(f"{len(found):,} segments")
    first = (number - 1) * _PAGE
    with st.container(key="long_segments", gap="xsmall"):
        for position, segment in enumerate(found[first : first + _PAGE], first):
            _show(job_id, position, segment)


def show_last(transcript: LongTranscript) -> None:
    """Draws what was heard last, while more is coming."""
    _show_lines(transcript.segments[-_LAST:])


def clock(seconds: float) -> str:
    """Such as "1:02:03" or "2:03"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _show_lines(segments: Sequence[Segment]) -> None:
    for segment in segments:
        st.markdown(f":gray[{clock(segment.start)}] {_text(segment)}")


def _show(job_id: str, position: int, segment: Segment) -> None:
    with st.container(key=f"segment_{position}", horizontal=True, vertical_alignment="top", gap="small"):
        st.button(
            clock(segment.start),
            key=f"long_play_{position}",
            type="tertiary",
            help=f"Play from {clock(segment.start)}",
            on_click=_play_from,
            args=(job_id, segment.start),
        )
        st.markdown(_text(segment), width="stretch")


def _text(segment: Segment) -> str:
    if segment.error is not None:
        until = f"{clock(segment.start)} to {clock(segment.end)}"
        return f":red[:material/error: Nothing from {until}: {plain(segment.error)}]"
    doubts = f"  \n:orange[:material/warning: Perhaps made up: {plain('; '.join(segment.doubts))}.]"
    return plain(segment.text) + (doubts if segment.doubts else "")


def _play_from(job_id: str, seconds: float) -> None:
    st.session_state[PLAY_FROM] = (job_id, seconds)

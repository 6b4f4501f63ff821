"""A live session: its text while somebody speaks, and the outcome."""

import streamlit as st

from components.audio.recording import Recording
from components.core.formatting import timestamp
from components.live.sender import CLIP
from components.live.session import LiveSession
from components.live.utterances import UtteranceResult
from components.transcript.gaps import describe_lost_audio
from components.transcript.long_transcript import LongTranscript
from components.widgets.common.announcement import announce
from components.widgets.common.elements import download, plain
from components.widgets.common.error_view import show_error
from components.widgets.endpoints.queued_client import queue_position_text
from components.widgets.playground.long_audio.another_try import offer_another_try
from components.widgets.playground.long_audio.outcome import show_downloads, told_gaps
from components.widgets.playground.long_audio.recording_view import play
from components.widgets.playground.long_audio.segments import last_press, said, show_segments

_SECONDS = 0.5
_PLAYED = 120.0
"""Seconds that are played after a click on a time."""
_FOLLOWED = "live_followed"
"""The session whose text was scrolled into view."""


def show_session(session: LiveSession) -> None:
    """Draws it: its text as it arrives, and in the end its numbers and files."""
    with st.container(key="transcript_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Transcript", anchor=False, width="content")
        st.caption(plain(session.transcript.endpoint_name), width="content")
    if session.is_running:
        with st.container(key="live"):
            _watch(session, session.is_connected)
    else:
        _show_ended(session)


@st.fragment(run_every=_SECONDS)
def _watch(session: LiveSession, was_connected: bool) -> None:  # noqa: FBT001 - fragments take no keywords here
    if not session.is_running or session.is_connected != was_connected:
        st.rerun()
    result = session.result
    transcript = session.transcript_of(result)
    _show_problem(session)
    if transcript.lost_seconds:
        st.caption(f":material/warning: {describe_lost_audio(transcript.lost_seconds).what}")
    if position := session.queue_position:
        st.caption(queue_position_text(position))
    _show_numbers(session, result, transcript)
    _show_text(transcript)
    with st.container(key="live-partial"):
        if result.partial:
            st.markdown(f":gray[*{plain(result.partial)} …*]")
    # On a phone the text begins below what is in view.
    is_new = st.session_state.get(_FOLLOWED) != session.id
    st.session_state[_FOLLOWED] = session.id
    announce(transcript.segments[-1].text if transcript.segments else "Listening", shows_transcript=is_new)


def _show_ended(session: LiveSession) -> None:
    result = session.result
    transcript = session.transcript_of(result)
    _show_problem(session)
    _show_missing(session, transcript)
    _show_numbers(session, result, transcript)
    with show_downloads(transcript):
        download("WAV", session.recorder.wav, CLIP, "audio/wav", key="live_wav")
    _show_text(transcript)
    if not transcript.segments:
        if session.problem:
            return
        st.info("Nobody has said anything.", icon=":material/volume_off:")
        return
    with st.expander("With times", key="live_times"):
        if press := last_press(session.id):
            begin, number = press
            # All of an hour would be read with each run of the page.
            play(Recording(session.recorder.wav(begin, _PLAYED), CLIP, "", None), press=number)
        show_segments(session.id, transcript)


def _show_missing(session: LiveSession, transcript: LongTranscript) -> None:
    """Says what is missing, and offers to transcribe what failed."""
    notes = []
    if session.is_worth_another_try:
        notes.append(told_gaps(len(transcript.gaps)))
    if transcript.lost_seconds:
        notes.append(describe_lost_audio(transcript.lost_seconds).sentence)
    if not notes:
        return
    with st.container(key="long_missing", gap="small"):
        st.warning(" ".join(notes), icon=":material/warning:")
        if session.is_worth_another_try:
            offer_another_try(session)


def _show_text(transcript: LongTranscript) -> None:
    """Draws the committed text, and nothing else."""
    with st.container(key="live-transcript"):
        if text := "\n\n".join(map(said, transcript.segments)):
            st.markdown(text)


def _show_problem(session: LiveSession) -> None:
    if not session.problem:
        return
    show_error(session.problem, key="live_error")
    if session.is_stuck:
        st.caption("Utterances are kept meanwhile, and sent when the endpoint answers again.")


def _show_numbers(session: LiveSession, result: UtteranceResult, transcript: LongTranscript) -> None:
    with st.container(key="metrics"), st.grid(4, min_column_width=120, gap="xsmall"):
        st.metric("Audio length", timestamp(session.seconds))
        st.metric("Words", f"{transcript.words:,}")
        st.metric("Last delay", _seconds(result.last_delay), help="From the end of speech to its text.")
        st.metric("Median delay", _seconds(result.median_delay), help="Of the last hundred utterances.")


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"

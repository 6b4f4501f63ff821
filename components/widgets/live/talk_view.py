"""A talk: its text while it is spoken, and what came of it."""

from datetime import timedelta

import streamlit as st

from components.live.sender import CLIP
from components.live.talk import Talk
from components.long_transcript import LongTranscript
from components.recording import Recording
from components.widgets.amounts import duration
from components.widgets.announcement import announce
from components.widgets.error_view import show_error
from components.widgets.long_audio.outcome import show_downloads
from components.widgets.long_audio.recording_view import play
from components.widgets.long_audio.segments import last_pressed, show_segments, show_text
from components.widgets.plain import plain

_SECONDS = 0.5


def show_talk(talk: Talk) -> None:
    """Draws it: what is said as it comes, and when it is over its numbers and files."""
    with st.container(key="transcript_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Transcript", anchor=False, width="content")
        st.caption(plain(talk.transcript.endpoint_name), width="content")
    if talk.is_running:
        with st.container(key="live"):
            _watch(talk)
    else:
        _show_ended(talk)


@st.fragment(run_every=_SECONDS)
def _watch(talk: Talk) -> None:
    if not talk.is_running:
        st.rerun()
    transcript = talk.transcript
    _show_problem(talk)
    _show_numbers(talk, transcript)
    with st.container(key="live-transcript", gap="xsmall"):
        show_text(transcript)
        if partial := talk.partial:
            st.markdown(f":gray[*{plain(partial)} …*]")
    if transcript.segments:
        announce(transcript.segments[-1].text)


def _show_ended(talk: Talk) -> None:
    transcript = talk.transcript
    _show_problem(talk)
    _show_numbers(talk, transcript)
    with show_downloads(transcript):
        st.download_button(
            "WAV",
            talk.tape.wav,
            CLIP,
            "audio/wav",
            key="live_wav",
            on_click="ignore",
            icon=":material/download:",
        )
    pressed = last_pressed()
    if pressed and pressed.job_id == talk.id:
        play(Recording(talk.tape.wav(), CLIP, "", transcript.seconds), pressed.seconds, pressed.number)
    with st.container(key="live-transcript", gap="xsmall"):
        if transcript.segments:
            show_segments(talk.id, transcript)
        else:
            st.info("Nobody has said anything.", icon=":material/volume_off:")


def _show_problem(talk: Talk) -> None:
    if not talk.problem:
        return
    show_error(talk.problem, key="live_error")
    if talk.is_running:
        st.caption("What is said meanwhile is kept, and sent when the endpoint answers again.")


def _show_numbers(talk: Talk, transcript: LongTranscript) -> None:
    with st.container(key="metrics"), st.grid(4, min_column_width=120, gap="xsmall"):
        st.metric("Audio length", duration(timedelta(seconds=transcript.seconds)))
        st.metric("Words", f"{transcript.words:,}")
        st.metric("Last delay", _seconds(talk.last_delay), help="From the end of speech to its text.")
        st.metric("Median delay", _seconds(talk.median_delay), help="Of the last hundred utterances.")


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"

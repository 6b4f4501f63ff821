"""The transcript: large, easy to copy, with its numbers and downloads."""

import streamlit as st

from components.audio.decoding import Clip
from components.targets.request_code import wav_name
from components.transcript.result import Transcript
from components.widgets.common.elements import download, plain

_REQUEST_TIME = "From sending the request to having the reply, measured here."
_REAL_TIME_FACTOR = "Request time divided by audio length: below 1 is faster than speech."
_WORDS = "Words in the transcript for a minute of this audio."


def show_result(transcript: Transcript, clip: Clip, *, is_current: bool) -> None:
    """Draws a result; one that is not current says so, because audio or settings have changed since."""
    with st.container(key="transcript_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Transcript", anchor=False, width="content")
        if not is_current:
            why = "Audio, settings or endpoint have changed since."
            st.badge("older", icon=":material/history:", color="gray", help=why)
    with st.container(key="transcript"):
        if transcript.text:
            # A code block takes the text as it is, whatever is in it, and brings a button that copies it.
            st.code(transcript.text, language=None, wrap_lines=True)
        else:
            st.info("The endpoint heard no words in this clip.", icon=":material/volume_off:")
    _show_metrics(transcript)
    _show_downloads(transcript, clip)
    if len(transcript.texts) > 1:
        _show_alternatives(transcript)


def _show_metrics(transcript: Transcript) -> None:
    with st.container(key="metrics"), st.grid(4, min_column_width=120, gap="xsmall"):
        st.metric("Request time", f"{transcript.request_seconds:.2f} s", help=_REQUEST_TIME)
        st.metric("Audio length", f"{transcript.audio_seconds:.1f} s")
        st.metric("Real-time factor", f"{transcript.real_time_factor:.2f}", help=_REAL_TIME_FACTOR)
        st.metric("Words a minute", f"{transcript.words_per_minute:.0f}", help=_WORDS)
    settings = ", ".join(f"{name} {value}" for name, value in transcript.parameters.items())
    conditions = (transcript.endpoint_name, transcript.clip_name, settings or "no parameters set")
    st.caption(plain(" · ".join(conditions)))


def _show_downloads(transcript: Transcript, clip: Clip) -> None:
    name = wav_name(clip.name)
    stem = name.removesuffix(".wav")
    with st.container(key="downloads", horizontal=True, gap="small"):
        download("Text", transcript.text, f"{stem}.txt", "text/plain", key="download_txt")
        download("JSON", transcript.to_json(), f"{stem}.json", "application/json", key="download_json")
        download("WAV as sent", clip.wav(), name, "audio/wav", key="download_wav")


def _show_alternatives(transcript: Transcript) -> None:
    st.markdown("**Other sequences**, best first")
    with st.container(key="alternatives", gap="xsmall"):
        for rank, text in enumerate(transcript.texts[1:], start=2):
            with st.container(horizontal=True, gap="small"):
                st.badge(str(rank), color="gray")
                st.code(text.strip() or " ", language=None, wrap_lines=True)

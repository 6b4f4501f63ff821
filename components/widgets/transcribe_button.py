"""The button that sends the audio, or the reason why it can't be pressed."""

import streamlit as st

from components.audio import Clip
from components.widgets import transcription
from components.widgets.audio_source import Audio
from components.widgets.parameter_form import Form
from components.widgets.selection import Selection
from components.widgets.transcription import Job


def show_button(selection: Selection, audio: Audio, form: Form) -> Job | None:
    """Draws the button; returns what pressing it sends, or None where nothing can be sent."""
    job = _job(selection, audio, form)
    with st.container(key="actions", gap="xsmall"):
        st.button(
            "Transcribe",
            key="transcribe",
            type="primary",
            icon="spinner" if transcription.is_ordered() else ":material/graphic_eq:",
            width="stretch",
            disabled=isinstance(job, str) or transcription.is_ordered(),
            on_click=transcription.order,
        )
        if isinstance(job, str):
            st.caption(job)
    return None if isinstance(job, str) else job


def _job(selection: Selection, audio: Audio, form: Form) -> Job | str:
    """What can be sent, or why nothing can."""
    if selection.target is None or selection.endpoint is None:
        return "There is no endpoint to send to."
    if not selection.endpoint.is_serving:
        return f"{selection.endpoint.name} is not in service."
    if not isinstance(audio, Clip):
        return "This audio can't be sent." if audio else "Choose audio first."
    if form.findings:
        return "Change the parameters marked above first."
    return Job(selection.target, selection.endpoint, audio, form.values)

"""The button that sends the audio, or the reason why it can't be pressed."""

import streamlit as st

from components.audio.decoding import Clip
from components.audio.recording import Recording
from components.core.errors import PortalError
from components.endpoint_client.batch import SeveralFiles
from components.widgets.common.parameter_form import ParameterForm
from components.widgets.endpoints.selection import Selection
from components.widgets.playground import clip_request, shown_work
from components.widgets.playground.audio_source import Sound
from components.widgets.playground.clip_request import Job
from components.widgets.playground.long_audio import job as long_audio
from components.widgets.playground.long_audio.job import LongOrder
from components.widgets.playground.long_audio.recording_view import choose_at_once

_BUSY = "A transcription is under way: wait for it, or cancel it."


def show_button(selection: Selection, audio: Sound, form: ParameterForm) -> Job | None:
    """Draws the button; returns what pressing it sends, or None where nothing can be sent.

    A long recording is sent by a job of its own, which the press itself starts.
    """
    at_once = choose_at_once(selection.target) if isinstance(audio, Recording | SeveralFiles) else 1
    order = _BUSY if shown_work.is_busy() else _order(selection, audio, form, at_once)
    with st.container(key="actions", gap="xsmall"):
        st.button(
            "Transcribe",
            key="transcribe",
            type="primary",
            icon="spinner" if clip_request.is_ordered() else ":material/graphic_eq:",
            width="stretch",
            disabled=isinstance(order, str) or clip_request.is_ordered(),
            on_click=long_audio.start if isinstance(order, LongOrder) else _order_clip,
            args=(order,) if isinstance(order, LongOrder) else (),
        )
        if isinstance(order, str):
            st.caption(order)
        elif isinstance(order, LongOrder) and order.parameters.get("num_return_sequences", 1) != 1:
            st.caption("Of each chunk the best sequence is kept, whatever num_return_sequences is.")
    return order if isinstance(order, Job) else None


def _order_clip() -> None:
    shown_work.leave()
    clip_request.order()


def _order(selection: Selection, audio: Sound, form: ParameterForm, at_once: int) -> Job | LongOrder | str:
    """What can be sent, or why nothing can."""
    if selection.target is None or selection.endpoint is None:
        return "There is no endpoint to send to."
    if not selection.endpoint.is_serving:
        return f"{selection.endpoint.name} is not in service."
    if audio is None or isinstance(audio, PortalError):
        return "This audio can't be sent." if audio else "Choose audio first."
    if form.findings:
        return "Change the parameters marked above first."
    if isinstance(audio, Clip):
        return Job(selection.target, selection.endpoint, audio, form.values)
    return _long_order(LongOrder(selection.target, selection.endpoint, audio, form.values, at_once))


def _long_order(order: LongOrder) -> LongOrder | str:
    if isinstance(order.audio, SeveralFiles) and not order.audio.recordings:
        return "None of these files can be sent."
    return order

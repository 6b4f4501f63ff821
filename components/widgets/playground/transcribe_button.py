"""The button that sends the audio, or the reason why it can't be pressed; and how what it sends begins."""

import streamlit as st

from components.audio.decoding import Clip
from components.audio.recording import Recording
from components.core.errors import PortalError
from components.endpoint_client.batch import Batch, SeveralFiles
from components.endpoint_client.clip_job import ClipJob
from components.endpoint_client.long_job import LongJob
from components.endpoint_client.long_request import LongRequest
from components.widgets.common.parameter_form import ParameterForm
from components.widgets.endpoints.queued_client import queued_client
from components.widgets.endpoints.selection import Selection
from components.widgets.playground import shown_work
from components.widgets.playground.audio_source import Sound
from components.widgets.playground.long_audio.recording_view import choose_at_once
from components.widgets.playground.shown_work import Shown
from components.widgets.playground.transcription_request import TranscriptionRequest

_BUSY = "A transcription is under way: wait for it, or cancel it."


def show_button(
    selection: Selection, audio: Sound, form: ParameterForm, under_way: Shown | None
) -> TranscriptionRequest | None:
    """Draws the button; returns what can be sent, if anything can, though not while something is `under_way`."""
    at_once = choose_at_once(selection.target) if isinstance(audio, Recording | SeveralFiles) else 1
    request = _request(selection, audio, form, at_once)
    is_clip_on_its_way = isinstance(under_way, ClipJob)
    obstacle = _BUSY if under_way and not is_clip_on_its_way else request
    with st.container(key="actions", gap="xsmall"):
        st.button(
            "Transcribe",
            key="transcribe",
            type="primary",
            icon="spinner" if is_clip_on_its_way else ":material/graphic_eq:",
            width="stretch",
            disabled=isinstance(obstacle, str) or is_clip_on_its_way,
            on_click=_start,
            args=(request,),
        )
        if isinstance(obstacle, str):
            st.caption(obstacle)
        elif obstacle.is_long and obstacle.parameters.get("num_return_sequences", 1) != 1:
            st.caption("Of each chunk the best sequence is kept, whatever num_return_sequences is.")
    return None if isinstance(request, str) else request


def _request(
    selection: Selection, audio: Sound, form: ParameterForm, at_once: int
) -> TranscriptionRequest | str:
    """What can be sent, or why nothing can."""
    if selection.target is None or selection.endpoint is None:
        return "There is no endpoint to send to."
    if not selection.endpoint.is_serving:
        return f"{selection.endpoint.name} is not in service."
    if audio is None or isinstance(audio, PortalError):
        return "This audio can't be sent." if audio else "Choose audio first."
    if form.findings:
        return "Change the parameters marked above first."
    if isinstance(audio, SeveralFiles) and not audio.recordings:
        return "None of these files can be sent."
    return TranscriptionRequest(selection.target, selection.endpoint, audio, form.values, at_once)


def _start(request: TranscriptionRequest) -> None:
    """Begins, and has this session look at it; a callback. Pressed twice it begins once."""
    if (work := shown_work.shown()) and work.is_running:
        # Another would go on unseen beside it.
        return
    client, audio = queued_client(request.target, request.endpoint), request.audio
    if isinstance(audio, Clip):
        shown_work.show(ClipJob(client, audio, request.parameters))
    elif isinstance(audio, SeveralFiles):
        shown_work.show(Batch(client, audio.requests(request.parameters, request.at_once)))
    else:
        shown_work.show(LongJob(client, LongRequest(audio, request.parameters, request.at_once)))

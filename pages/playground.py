"""Playground: audio in, parameters, transcript out."""

import streamlit as st

from components.audio.decoding import Clip
from components.audio.recording import Recording
from components.endpoint_client.batch import Batch, SeveralFiles
from components.endpoint_client.clip_job import ClipJob
from components.endpoint_client.long_job import LongJob
from components.live.session import LiveSession
from components.whisper.parameters import ON_SCREEN
from components.widgets.common import link
from components.widgets.common.navigation import COLUMNS
from components.widgets.common.parameter_form import show_form
from components.widgets.endpoints.endpoint_status import explain_selection
from components.widgets.endpoints.known_targets import known_targets
from components.widgets.endpoints.selection import ENDPOINT, TARGET
from components.widgets.endpoints.target_picker import pick_endpoint
from components.widgets.page_setup import page
from components.widgets.playground.audio_source import Audio, Live, choose_audio, put_back
from components.widgets.playground.clip_view import show_clip
from components.widgets.playground.live.microphone import adopt_session, close_microphone, show_microphone
from components.widgets.playground.live.session_view import show_session
from components.widgets.playground.long_audio.batch_view import show_batch
from components.widgets.playground.long_audio.outcome import show_long
from components.widgets.playground.long_audio.recording_view import show_files, show_recording
from components.widgets.playground.outcome_view import show_outcome
from components.widgets.playground.shown_work import JOB, shown
from components.widgets.playground.transcribe_button import show_button


def main() -> None:
    """Lays out the page: left what goes in, right what comes out.

    What may be there or not stands in a container of its own, so that nothing else on the page moves.
    """
    header = page("Playground", "Hear what a Whisper endpoint makes of your audio.", with_tools=True)
    link.read(TARGET, ENDPOINT, JOB, parameters=ON_SCREEN)
    selection = pick_endpoint(header)
    adopt_session()
    work = shown()
    under_way = work if work and work.is_running else None
    if isinstance(work, ClipJob):
        put_back(work.clip)
    notes = st.container(key="link_notes")
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        above = st.container()
        with above:
            audio = _choose_and_show_audio()
        form = show_form(selection.endpoint.model if selection.endpoint else None)
        request = None
        if isinstance(audio, Live):
            with above:
                show_microphone(selection, form)
        else:
            close_microphone()
            request = show_button(selection, audio, form, under_way)
    link.write({**selection.names, JOB: work.id if work else None}, form.values)
    link.show_notes(notes)
    with right:
        with st.container(key="waiting"):
            explain_selection(selection)
        if isinstance(work, Batch):
            show_batch(work)
        elif isinstance(work, LiveSession):
            show_session(work)
        elif isinstance(work, LongJob):
            show_long(work)
        else:
            show_outcome(work, request, audio, is_under_way=under_way is not None)


def _choose_and_show_audio() -> Audio:
    st.subheader("Audio", anchor=False)
    audio = choose_audio(known_targets().aws)
    if isinstance(audio, Clip):
        show_clip(audio)
    elif isinstance(audio, Recording):
        show_recording(audio)
    elif isinstance(audio, SeveralFiles):
        show_files(audio)
    return audio


main()

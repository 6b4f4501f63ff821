"""A long transcription under way: how far it is, what it has heard, and a way to end it."""

import streamlit as st

from components.core.formatting import timestamp
from components.endpoint_client.long_job import LongJob
from components.widgets.common.announcement import announce, comes_first
from components.widgets.endpoints.queued_client import show_queue_position
from components.widgets.playground.long_audio.segments import show_so_far

_SECONDS = 1.0


def show_progress(job: LongJob) -> None:
    """Draws it, and draws the page anew when it has ended."""
    with st.container(key="long_progress", gap="small"):
        _watch(job)


@st.fragment(run_every=_SECONDS)
def _watch(job: LongJob) -> None:
    if not job.is_running:
        st.rerun()
    transcript, whole = job.transcript, job.request.recording.seconds
    heard = job.heard_until
    share = min(1.0, heard / whole) if whole else 0.0
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(share, text=_text(job, heard))
        st.button(
            "Cancel",
            key="long_cancel",
            icon=":material/close:",
            disabled=job.is_cancelled,
            on_click=job.cancel,
        )
    show_queue_position(job.client)
    announce(f"{10 * int(10 * share)} percent transcribed", shows_transcript=comes_first(f"{job.id} begins"))
    show_so_far(transcript)


def _text(job: LongJob, heard: float) -> str:
    whole = job.request.recording.seconds
    of = f" of {timestamp(whole)}" if whole else ""
    told = f"{timestamp(heard)}{of}"
    return f"{told} · cancelling: waits for the request on its way" if job.is_cancelled else told

"""A long recording: its progress, then the transcript as far as it is there, its gaps, its numbers, its files."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import PurePath

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.formatting import duration, timestamp
from components.endpoint_client.long_job import LongJob
from components.transcript.export import FORMATS
from components.transcript.gaps import describe_end
from components.transcript.long_transcript import LongTranscript
from components.widgets.common.announcement import announce, comes_first
from components.widgets.common.elements import button, download, plain
from components.widgets.common.error_view import show_error
from components.widgets.endpoints.queued_client import show_queue_position
from components.widgets.playground.long_audio.another_try import offer_another_try, offer_without_loops
from components.widgets.playground.long_audio.recording_view import play
from components.widgets.playground.long_audio.segments import last_press, show_segments, show_so_far


def show_long(job: LongJob) -> None:
    """Draws the job: its progress while it is under way, else what came of it."""
    with st.container(key="transcript_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Transcript", anchor=False, width="content")
        st.caption(plain(f"{job.request.recording.name} · {job.client.endpoint_name}"), width="content")
    if job.is_running:
        with st.container(key="long_progress", gap="small"):
            _watch(job)
        return
    show_ended(job)
    announce(f"Transcript with {job.transcript.words} words", shows_transcript=comes_first(f"{job.id} ends"))


@st.fragment(run_every=1.0)
def _watch(job: LongJob) -> None:
    if not job.is_running:
        st.rerun()
    transcript, whole, heard = job.transcript, job.request.recording.seconds, job.heard_until
    share = min(1.0, heard / whole) if whole else 0.0
    of = f" of {timestamp(whole)}" if whole else ""
    cancelling = " · cancelling: waits for the request on its way" if job.is_cancelled else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(share, text=f"{timestamp(heard)}{of}{cancelling}")
        button("Cancel", job.cancel, key="long_cancel", icon="close", disabled=job.is_cancelled)
    show_queue_position(job.client)
    announce(f"{10 * int(10 * share)} percent transcribed", shows_transcript=comes_first(f"{job.id} begins"))
    show_so_far(transcript)


def show_ended(job: LongJob, *, can_try_again: bool = True) -> None:
    """Draws what came of a job that is over."""
    if job.error:
        show_error(job.error, key="long_error")
    transcript = job.transcript
    _show_missing(job, transcript, can_try_again=can_try_again)
    if not transcript.segments:
        if not job.error and transcript.is_whole:
            st.info("Nobody speaks in this recording.", icon=":material/volume_off:")
        return
    _show_metrics(transcript)
    show_downloads(transcript)
    if press := last_press(job.id):
        play(job.request.recording, *press)
    show_segments(job.id, transcript)
    with st.expander("All of the text", key="long_text"):
        st.code(transcript.text, language=None, wrap_lines=True)


def _show_missing(job: LongJob, transcript: LongTranscript, *, can_try_again: bool) -> None:
    """Says what is missing or repeats itself, and offers to try just that again."""
    told = list(_missing(transcript))
    offers_loops = can_try_again and job.has_loops
    if not told and not offers_loops:
        return
    with st.container(key="long_missing", gap="small"):
        if told:
            st.warning(plain(" ".join(told)), icon=":material/warning:")
        if can_try_again and job.is_worth_another_try:
            offer_another_try(job)
        if offers_loops:
            st.caption("Some of the text repeats itself, as if made up: look for the marks below.")
            offer_without_loops(job)


def _missing(transcript: LongTranscript) -> Iterator[str]:
    count = len(transcript.gaps)
    if count:
        yield told_gaps(count)
    yield from (gap.sentence for gap in describe_end(transcript))
    if transcript.unsent and transcript.unsent_from is None:
        yield f"Not everything was tried again. {transcript.unsent}"


def told_gaps(count: int) -> str:
    """How many parts failed."""
    return "1 part could not be transcribed." if count == 1 else f"{count} parts could not be transcribed."


def _show_metrics(transcript: LongTranscript) -> None:
    audio, requests = transcript.seconds, transcript.request_seconds
    with st.container(key="metrics"), st.grid(4, min_column_width=120, gap="xsmall"):
        st.metric("Audio length", timestamp(transcript.audio_seconds))
        st.metric("Request time", duration(timedelta(seconds=requests)), help="Of all requests, added up.")
        # Of what was heard in part it would say too little.
        factor = f"{requests / audio:.2f}" if audio and transcript.is_whole else "not known"
        st.metric("Real-time factor", factor)
        st.metric("Words", f"{transcript.words:,}")
    settings = ", ".join(f"{name} {value}" for name, value in transcript.parameters.items())
    st.caption(plain("; ".join([settings or "no parameters set", *_further(transcript)])))


def _further(transcript: LongTranscript) -> Iterator[str]:
    """What parts of it were heard with beyond that."""
    sets = Counter(tuple(chunk.further.items()) for chunk in transcript.chunks if chunk.further)
    for further, count in sets.items():
        told = ", ".join(f"{name} {value}" for name, value in further)
        yield f"{count} {'part' if count == 1 else 'parts'} with {told}"


def show_downloads(transcript: LongTranscript) -> DeltaGenerator:
    """Draws a button for each format; returns the row, for more of them."""
    stem = PurePath(transcript.name).stem
    row = st.container(key="downloads", horizontal=True, gap="small")
    with row:
        for kind in FORMATS.values():
            # The file is made when somebody asks for it.
            file, name = partial(kind.write, transcript), f"{stem}.{kind.name}"
            download(kind.label, file, name, kind.mime, key=f"long_download_{kind.name}")
    return row

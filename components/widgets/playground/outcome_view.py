"""What came of the clips: the last transcript, the request on its way or why the last one failed, both as sent."""

from datetime import UTC, datetime

import streamlit as st

from components.audio.decoding import Clip
from components.audio.recording import Recording
from components.core.errors import PortalError
from components.endpoint_client.batch import SeveralFiles
from components.endpoint_client.clip_job import ClipJob
from components.targets.request_code import cli_command, python_code, wav_name
from components.transcript.result import Transcript
from components.widgets.common.announcement import announce, comes_first
from components.widgets.common.elements import button, download, plain
from components.widgets.common.error_view import show_error
from components.widgets.endpoints.known_targets import endpoints_of
from components.widgets.endpoints.queued_client import queue_position_text
from components.widgets.playground.audio_source import Audio, Live, use_first_sample
from components.widgets.playground.shown_work import JOB
from components.widgets.playground.transcript_view import show_result
from components.widgets.playground.transcription_request import TranscriptionRequest

_RESULT = "result"
"""The last job of this session that has a transcript."""
_SECONDS = 0.25


def show_outcome(
    job: ClipJob | None, request: TranscriptionRequest | None, audio: Audio, *, is_under_way: bool
) -> None:
    """Draws the job that this session looks at, if there is one, and the last transcript.

    That is drawn first, although it stands below: it stays in sight while a request is on its way.
    """
    error = None if is_under_way else _error(job, request, audio)
    if job and job.transcript and not is_under_way:
        st.session_state[_RESULT] = job
    result = _last_result()
    latest, kept = st.container(), st.container()
    with kept:
        _show_kept(result, job if job and error else result, request, audio)
    with latest:
        if job and is_under_way:
            announce("Waiting for the transcript")
            with st.container(key="clip_progress"):
                _watch(job)
        elif error:
            show_error(error)
        elif result and result.transcript:
            told = f"Transcript with {result.transcript.words} words"
            announce(told, shows_transcript=result is job and comes_first(f"{result.id} ends"))


def _last_result() -> ClipJob | None:
    result: ClipJob | None = st.session_state.get(_RESULT)
    return result


def _error(job: ClipJob | None, request: TranscriptionRequest | None, audio: Audio) -> PortalError | None:
    """Why the last request failed, until something else would be sent.

    Another endpoint alone changes nothing: where the one that failed is gone, another is chosen by itself.
    """
    if job is None or job.error is None:
        return None
    if comes_first(f"{job.id} fails"):
        # The endpoint may be gone or broken: look again before the next request.
        endpoints_of.clear(job.client.target)
        st.rerun()
    is_shown = isinstance(audio, Clip) and (request is None or request.has_input_of(job))
    return job.error if is_shown else None


@st.fragment(run_every=_SECONDS)
def _watch(job: ClipJob) -> None:
    if not job.is_running or job.is_cancelled:
        st.rerun()
    seconds = (datetime.now(UTC) - job.started).total_seconds()
    st.caption(f":material/hourglass_top: Waiting for {plain(job.client.endpoint_name)} … {seconds:.0f} s")
    if position := job.client.queue_position:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(queue_position_text(position))
            button("Cancel", _cancel, job, key="cancel_waiting", icon="close")


def _cancel(job: ClipJob) -> None:
    job.cancel()
    result = _last_result()
    st.session_state[JOB] = result.id if result else ""


def _show_kept(
    result: ClipJob | None, last: ClipJob | None, request: TranscriptionRequest | None, audio: Audio
) -> None:
    if result and result.transcript:
        is_current = request is not None and request.is_that_of(result)
        show_result(result.transcript, result.clip, is_current=is_current)
    if last:
        _show_request(last, offers_wav=last is not result)
    else:
        _show_empty(audio)
    if result and result.transcript:
        _show_reply(result.transcript)


def _show_request(job: ClipJob, *, offers_wav: bool) -> None:
    """The request as code; `offers_wav` adds the file that it reads, where no transcript offers it already."""
    name = wav_name(job.clip.name)
    arguments = (job.client.target, job.client.endpoint_name, job.parameters, name)
    with st.expander("Request as code", icon=":material/code:", key="request"):
        st.caption(f"Sends **{plain(name)}** from the folder it runs in: download the WAV as sent.")
        if offers_wav:
            download("WAV as sent", job.clip.wav(), name, "audio/wav", key="download_request")
        python, command_line = st.tabs(["boto3", "AWS CLI"])
        python.code(python_code(*arguments), language="python")
        command_line.code(cli_command(*arguments), language="bash")


def _show_reply(transcript: Transcript) -> None:
    """The reply's body, with what AWS said beside it."""
    with st.expander("Raw reply", icon=":material/data_object:", key="reply"):
        st.code(transcript.reply.decode(errors="replace"), language="json", wrap_lines=True)
        st.caption(f"Request id {plain(transcript.request_id or 'not given')} · retries {transcript.retries}")


def _show_empty(audio: Audio) -> None:
    st.subheader("Transcript", anchor=False)
    with st.container(border=True, key="empty", horizontal_alignment="center", gap="small"):
        if isinstance(audio, Clip | Recording | SeveralFiles):
            st.caption("Press Transcribe: the text appears here.", text_alignment="center")
        elif isinstance(audio, Live):
            st.caption("Press Start and speak: the text appears here.", text_alignment="center")
        else:
            st.caption("Upload a file, record yourself, or begin with a sample.", text_alignment="center")
            button("Use the English sample", use_first_sample, key="first_sample")

"""What came of the requests: the last transcript, and the request on its way or why the last one failed."""

import streamlit as st

from components.audio.decoding import Clip
from components.audio.recording import Recording
from components.endpoint_client.batch import SeveralFiles
from components.widgets.common.announcement import announce
from components.widgets.common.error_view import show_error
from components.widgets.playground import clip_request
from components.widgets.playground.audio_source import Audio, Live, use_first_sample
from components.widgets.playground.clip_request import Failure, Job, Result
from components.widgets.playground.request_panel import show_reply, show_request
from components.widgets.playground.transcript_view import show_result


def show_outcome(job: Job | None, audio: Audio) -> None:
    """Draws what there is, and sends `job` if the button was pressed.

    The last transcript is drawn first, although it stands below: it stays in sight while a request runs.
    """
    result, failure = clip_request.last_result(), _failure(job, audio)
    latest, kept = st.container(), st.container()
    with kept:
        _show_kept(result, failure, job, audio)
    _announce(result, failure)
    with latest:
        if clip_request.is_ordered():
            _carry_out(job)
        elif failure:
            show_error(failure.error)


def _announce(result: Result | None, failure: Failure | None) -> None:
    if clip_request.is_ordered():
        announce("Waiting for the transcript")
    elif result and not failure:
        announce(f"Transcript with {result.transcript.words} words", shows_transcript=clip_request.is_new())


def _failure(job: Job | None, audio: Audio) -> Failure | None:
    """Why the last request failed, until something else would be asked.

    Another endpoint alone changes nothing: where the one that failed is gone, another is chosen by itself.
    """
    failure = clip_request.last_failure()
    if failure is None or not isinstance(audio, Clip):
        return None
    return failure if job is None or failure.job.asks_the_same(job) else None


def _carry_out(job: Job | None) -> None:
    if job:
        clip_request.carry_out(job)
    clip_request.cancel()


def _show_kept(result: Result | None, failure: Failure | None, job: Job | None, audio: Audio) -> None:
    if result:
        show_result(result, is_current=job is not None and result.job.is_the_same(job))
    if last := failure or result:
        show_request(last.job, offers_wav=failure is not None)
    else:
        _show_empty(audio)
    if result:
        show_reply(result.transcript)


def _show_empty(audio: Audio) -> None:
    st.subheader("Transcript", anchor=False)
    with st.container(border=True, key="empty", horizontal_alignment="center", gap="small"):
        if isinstance(audio, Clip | Recording | SeveralFiles):
            st.caption("Press Transcribe: the text appears here.", text_alignment="center")
        elif isinstance(audio, Live):
            st.caption("Press Start and speak: the text appears here.", text_alignment="center")
        else:
            st.caption("Upload a file, record yourself, or begin with a sample.", text_alignment="center")
            st.button("Use the English sample", key="first_sample", on_click=use_first_sample)

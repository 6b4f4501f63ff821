"""The long transcription that a session looks at; its address names it, so that a reload finds it again."""

from dataclasses import dataclass

import streamlit as st

from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.endpoint_client.batch import Batch, SeveralFiles
from components.endpoint_client.jobs import LongJob
from components.endpoint_client.kept import Kept
from components.endpoint_client.long import LongRequest
from components.parameters import Value
from components.recording import Recording
from components.targets import Target
from components.widgets import link

JOB = "job"
"""Its name in the page's address."""


@dataclass(frozen=True, eq=False)
class LongOrder:
    """What pressing the button would have transcribed."""

    target: Target
    endpoint: EndpointSummary
    audio: Recording | SeveralFiles
    parameters: dict[str, Value]
    at_once: int


@st.cache_resource(show_spinner=False)
def transcriptions() -> Kept[LongJob | Batch]:
    """Those of this portal, for every session that knows their ids."""
    return Kept[LongJob | Batch]()


def shown_job() -> LongJob | Batch | None:
    """The one that this session looks at; None where there is none (any more)."""
    if wanted := link.wish(JOB):
        known = [wanted] if transcriptions().find(wanted) else []
        link.settle(JOB, known, "", complete=True)
    return transcriptions().find(st.session_state.get(JOB) or "")


def is_busy() -> bool:
    """Whether the one that this session looks at is still under way: another would go on unseen beside it."""
    job = shown_job()
    return job is not None and job.is_running


def start(order: LongOrder) -> None:
    """Begins, and has this session look at it; a callback."""
    client = EndpointClient(order.target, order.endpoint.name, order.endpoint.model)
    if isinstance(order.audio, SeveralFiles):
        _show(Batch(client, order.audio.requests(order.parameters, order.at_once)))
    else:
        _show(LongJob(client, LongRequest(order.audio, order.parameters, order.at_once)))


def offer_another_try(job: LongJob | Batch) -> None:
    """Draws the button that has what is missing transcribed."""
    st.button(
        "Transcribe what is missing",
        key="long_again",
        icon=":material/refresh:",
        on_click=lambda: _show(job.again()),
    )


def _show(job: LongJob | Batch) -> None:
    st.session_state[JOB] = transcriptions().add(job).id


def leave() -> None:
    """Has this session look at no long transcription."""
    st.session_state[JOB] = ""

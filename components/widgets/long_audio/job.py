"""The long transcription that a session looks at; its address names it, so that a reload finds it again."""

from dataclasses import dataclass

import streamlit as st

from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.endpoint_client.batch import Batch, SeveralFiles
from components.endpoint_client.jobs import LongJob, LongJobs
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
def batches() -> Kept[Batch]:
    """The batches of this portal, for every session that knows their ids."""
    return Kept[Batch]()


@st.cache_resource(show_spinner=False)
def long_jobs() -> LongJobs:
    """Those of this portal, for every session that knows their ids."""
    return LongJobs()


def shown_job() -> LongJob | Batch | None:
    """The one that this session looks at; None where there is none (any more)."""
    if wanted := link.wish(JOB):
        link.settle(JOB, [wanted] if _find(wanted) else [], "", complete=True)
    return _find(st.session_state.get(JOB) or "")


def start(order: LongOrder) -> None:
    """Begins, and has this session look at it; a callback."""
    client = EndpointClient(order.target, order.endpoint.name, order.endpoint.model)
    if isinstance(order.audio, SeveralFiles):
        batch = batches().add(Batch(client, order.audio, order.parameters, order.at_once))
        st.session_state[JOB] = batch.id
    else:
        job = long_jobs().start(client, LongRequest(order.audio, order.parameters, order.at_once))
        st.session_state[JOB] = job.id


def start_again(job: LongJob) -> None:
    """Tries what is missing once more; a callback."""
    st.session_state[JOB] = long_jobs().start_again(job).id


def _find(job_id: str) -> LongJob | Batch | None:
    return long_jobs().find(job_id) or batches().find(job_id)


def leave() -> None:
    """Has this session look at no long transcription; one that is under way goes on."""
    st.session_state[JOB] = ""

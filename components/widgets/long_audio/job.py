"""The long transcription that a session looks at; its address names it, so that a reload finds it again."""

from dataclasses import dataclass

import streamlit as st

from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.endpoint_client.jobs import LongJob, LongJobs
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
    recording: Recording
    parameters: dict[str, Value]
    at_once: int


@st.cache_resource(show_spinner=False)
def long_jobs() -> LongJobs:
    """Those of this portal, for every session that knows their ids."""
    return LongJobs()


def shown_job() -> LongJob | None:
    """The one that this session looks at; None where there is none (any more)."""
    if wanted := link.wish(JOB):
        link.settle(JOB, [wanted] if long_jobs().find(wanted) else [], "", complete=True)
    return long_jobs().find(st.session_state.get(JOB) or "")


def start(order: LongOrder) -> None:
    """Begins, and has this session look at it; a callback."""
    client = EndpointClient(order.target, order.endpoint.name, order.endpoint.model)
    job = long_jobs().start(client, LongRequest(order.recording, order.parameters, order.at_once))
    st.session_state[JOB] = job.id


def start_again(job: LongJob) -> None:
    """Tries what is missing once more; a callback."""
    st.session_state[JOB] = long_jobs().start_again(job).id


def leave() -> None:
    """Has this session look at no long transcription; one that is under way goes on."""
    st.session_state[JOB] = ""

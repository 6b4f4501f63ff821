"""The transcription that a session looks at; its address names it, so that a reload finds it again."""

import streamlit as st

from components.endpoint_client.batch import Batch
from components.endpoint_client.job_registry import Kept
from components.endpoint_client.jobs import LongJob
from components.live.session import LiveSession
from components.widgets.common import link

JOB = "job"
"""Its name in the page's address."""

Shown = LongJob | Batch | LiveSession
"""A long recording, several files, or a talk."""


@st.cache_resource(show_spinner=False)
def transcriptions() -> Kept[Shown]:
    """Those of this portal, for every session that knows their ids."""
    return Kept[Shown]()


def shown() -> Shown | None:
    """The one that this session looks at; None where there is none (any more)."""
    if wanted := link.wish(JOB):
        known = [wanted] if transcriptions().find(wanted) else []
        link.settle(JOB, known, "", complete=True)
    return transcriptions().find(st.session_state.get(JOB) or "")


def is_busy() -> bool:
    """Whether the one that this session looks at is still under way: another would go on unseen beside it."""
    work = shown()
    return work is not None and work.is_running


def show(work: Shown) -> None:
    """Has this session look at it; for callbacks, or before anything is drawn."""
    st.session_state[JOB] = transcriptions().add(work).id


def go_on(work: Shown) -> None:
    """Has what is missing transcribed, once however many ask for it, and this session look at that; a callback."""
    st.session_state[JOB] = transcriptions().follow(work.id, work.again).id


def leave() -> None:
    """Has this session look at none."""
    st.session_state[JOB] = ""

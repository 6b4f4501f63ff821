"""The transcription that a session looks at; its address names it, so that a reload finds it again."""

from collections.abc import Callable

import streamlit as st

from components.core.background_work import BackgroundWork
from components.endpoint_client.batch import Batch
from components.endpoint_client.clip_job import ClipJob
from components.endpoint_client.long_job import LongJob
from components.live.session import LiveSession
from components.widgets.common import link
from components.widgets.common.work import work_registry

JOB = "job"
"""Its name in the page's address."""

Shown = ClipJob | LongJob | Batch | LiveSession


def find(work_id: str) -> Shown | None:
    """The transcription of that id, if it is not long over."""
    work = work_registry().get(work_id)
    return work if isinstance(work, Shown) else None


def shown() -> Shown | None:
    """The one that this session looks at; None where there is none (any more)."""
    if wanted := link.wish(JOB):
        known = [wanted] if find(wanted) else []
        link.settle(JOB, known, "", complete=True)
    return find(st.session_state.get(JOB) or "")


def show(work: Shown) -> None:
    """Has this session look at it; for callbacks, or before anything is drawn."""
    st.session_state[JOB] = work_registry().add(work).id


def go_on(work: Shown, begin: Callable[[], BackgroundWork]) -> None:
    """Begins what goes on with it, once however many ask for that, and has this session look at it; a callback."""
    st.session_state[JOB] = work_registry().follow(work, begin).id

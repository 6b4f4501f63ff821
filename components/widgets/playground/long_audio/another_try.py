"""Buttons that have what is missing or repeats itself transcribed again."""

import streamlit as st

from components.endpoint_client.batch import Batch
from components.endpoint_client.long_job import LongJob
from components.endpoint_client.long_request import AGAINST_LOOPS
from components.live.session import LiveSession
from components.widgets.playground import shown_work


def offer_without_loops(job: LongJob | Batch) -> None:
    """Draws the button that has what repeats itself transcribed once more."""
    parameters = ", ".join(f"{name} {value}" for name, value in AGAINST_LOOPS.items())
    st.button(
        "Try repetitions again",
        key="long_loops",
        icon=":material/repeat:",
        help=f"Sends only the parts that repeat themselves once more, with {parameters}; what is no better is not "
        "taken.",
        on_click=shown_work.go_on,
        args=(job, job.again_without_loops),
    )


def offer_another_try(job: LongJob | Batch | LiveSession) -> None:
    """Draws the button that has what is missing transcribed."""
    st.button(
        "Transcribe what is missing",
        key="long_again",
        icon=":material/refresh:",
        on_click=shown_work.go_on,
        args=(job, job.again),
    )

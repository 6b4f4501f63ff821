"""What begins when long audio is sent, and when what is missing of it is tried again."""

from dataclasses import dataclass

import streamlit as st

from components.audio.recording import Recording
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client.batch import Batch, SeveralFiles
from components.endpoint_client.jobs import LongJob
from components.endpoint_client.long_request import AGAINST_LOOPS, LongRequest
from components.live.session import LiveSession
from components.targets.target import Target
from components.whisper.parameters import Value
from components.widgets.endpoints.queued_client import queued_client
from components.widgets.playground import shown_work


@dataclass(frozen=True, eq=False)
class LongOrder:
    """What pressing the button would have transcribed."""

    target: Target
    endpoint: EndpointSummary
    audio: Recording | SeveralFiles
    parameters: dict[str, Value]
    at_once: int


def start(order: LongOrder) -> None:
    """Begins, and has this session look at it; a callback."""
    client = queued_client(order.target, order.endpoint)
    if isinstance(order.audio, SeveralFiles):
        shown_work.show(Batch(client, order.audio.requests(order.parameters, order.at_once)))
    else:
        shown_work.show(LongJob(client, LongRequest(order.audio, order.parameters, order.at_once)))


def offer_without_loops(job: LongJob | Batch) -> None:
    """Draws the button that has what repeats itself transcribed once more."""
    told = ", ".join(f"{name} {value}" for name, value in AGAINST_LOOPS.items())
    st.button(
        "Try repetitions again",
        key="long_loops",
        icon=":material/repeat:",
        help=f"Sends only the parts that repeat themselves once more, with {told}; what is no better is not taken.",
        on_click=_go_on_without_loops,
        args=(job,),
    )


def _go_on_without_loops(job: LongJob | Batch) -> None:
    following = shown_work.transcriptions().follow(job.id, job.again_without_loops)
    st.session_state[shown_work.JOB] = following.id


def offer_another_try(job: LongJob | Batch | LiveSession) -> None:
    """Draws the button that has what is missing transcribed."""
    st.button(
        "Transcribe what is missing",
        key="long_again",
        icon=":material/refresh:",
        on_click=shown_work.go_on,
        args=(job,),
    )

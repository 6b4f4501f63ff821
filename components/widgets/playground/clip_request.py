"""Sending a request and keeping its outcome: the last transcript and, if the last request failed, why."""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.audio.decoding import Clip
from components.core.errors import PortalError
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.endpoint_client.request_queue import OnQueuePosition
from components.targets.target import Target
from components.transcript.result import Transcript
from components.whisper.parameters import Value
from components.widgets.common.elements import plain
from components.widgets.endpoints.known_targets import endpoints_of
from components.widgets.endpoints.queued_client import queue_position_text, queued_client

_ORDER = "order"


@dataclass(frozen=True, eq=False)
class Job:
    """One request: this clip with these parameters to that endpoint."""

    target: Target
    endpoint: EndpointSummary
    clip: Clip
    parameters: dict[str, Value]

    def asks_the_same(self, other: "Job") -> bool:
        """Whether the other one would send the same request, wherever to."""
        return self.parameters == other.parameters and np.array_equal(self.clip.samples, other.clip.samples)

    def is_the_same(self, other: "Job") -> bool:
        """Whether the other one would send the same request to the same endpoint."""
        same_place = self.target == other.target and self.endpoint.name == other.endpoint.name
        return same_place and self.asks_the_same(other)


@dataclass(frozen=True)
class Result:
    """A job that was answered."""

    job: Job
    transcript: Transcript


@dataclass(frozen=True)
class Failure:
    """A job that was not."""

    job: Job
    error: PortalError


class Order:
    """A request that is to be sent once, however many runs of the page come to wait for its answer.

    Streamlit begins a new run as soon as somebody touches a widget, while the one before still waits for its request.
    """

    def __init__(self) -> None:
        self._client: EndpointClient | None = None
        self._outcome: Result | Failure | None = None
        self._sending = Lock()

    def outcome(self, job: Job, on_queue_position: OnQueuePosition) -> Result | Failure:
        """Sends the job, unless a run before has sent one; then what came of that, as soon as it is there."""
        with self._sending:
            if self._outcome is None:
                self._outcome = self._send(job, on_queue_position)
            return self._outcome

    def _send(self, job: Job, on_queue_position: OnQueuePosition) -> Result | Failure:
        # It has the place in the queue, which whoever comes back has still.
        client = self._client
        if client is None or (client.target, client.endpoint_name) != (job.target, job.endpoint.name):
            client = self._client = queued_client(job.target, job.endpoint)
        try:
            return Result(job, client.transcribe(job.clip, job.parameters, on_queue_position))
        except PortalError as error:
            return Failure(job, error)


def order() -> None:
    """Has the page's next run send the request; the button's callback."""
    st.session_state[_ORDER] = Order()


def is_ordered() -> bool:
    """Whether a request is about to be sent or on its way."""
    return _ORDER in st.session_state


def cancel() -> None:
    """Forgets an order that is done, can't be carried out any more, or is not to be."""
    st.session_state.pop(_ORDER, None)


def carry_out(job: Job) -> None:
    """Sends the request, keeps the outcome, and draws the page anew.

    Whoever touches a widget meanwhile interrupts the run at its next call of streamlit, which the session's state is
    too; the order stands then, with its outcome if there is one, and the next run takes it up. In the queue that ends
    the waiting, and the next run waits at the same place.
    """
    ordered: Order = st.session_state[_ORDER]
    with st.spinner(f"Waiting for {plain(job.endpoint.name)} …", show_time=True):
        try:
            _keep(ordered.outcome(job, _Notice().on_queue_position))
        except Exception:
            # Streamlit's own interruptions are none of these.
            cancel()
            raise
        cancel()
    st.rerun()


class _Notice:
    """What is told while others come first, with a way to wait no longer."""

    def __init__(self) -> None:
        self._box = st.empty()
        self._text: DeltaGenerator | None = None

    def on_queue_position(self, position: int) -> None:
        if self._text is None:
            with self._box.container(horizontal=True, vertical_alignment="center", gap="small"):
                self._text = st.empty()
                st.button("Cancel", key="cancel_waiting", icon=":material/close:", on_click=cancel)
        self._text.caption(queue_position_text(position))


def is_new() -> bool:
    """Whether the last transcript has just come; true once."""
    return bool(st.session_state.pop("result_is_new", False))


def last_result() -> Result | None:
    """The last transcript of this session."""
    result: Result | None = st.session_state.get("result")
    return result


def last_failure() -> Failure | None:
    """Why the last request failed; None where it did not."""
    failure: Failure | None = st.session_state.get("failure")
    return failure


def _keep(outcome: Result | Failure) -> None:
    if isinstance(outcome, Result):
        st.session_state["result"] = outcome
        st.session_state["result_is_new"] = True
        st.session_state["failure"] = None
    else:
        st.session_state["failure"] = outcome
        # The endpoint may be gone or broken: look again before the next request.
        endpoints_of.clear(outcome.job.target)

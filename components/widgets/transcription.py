"""Sending a request and keeping its outcome: the last transcript and, if the last request failed, why."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.audio import Clip
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.errors import PortalError
from components.parameters import Value
from components.targets import Target
from components.transcript import Transcript
from components.widgets.known_targets import endpoints_of
from components.widgets.plain import plain
from components.widgets.queued_client import queued_client, told_place

_CLIENT = "ordered_of"
"""The client of an order that is not done yet."""


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


def order() -> None:
    """Has the page's next run send the request; the button's callback."""
    st.session_state["ordered"] = True


def is_ordered() -> bool:
    """Whether a request is about to be sent or on its way."""
    return bool(st.session_state.get("ordered"))


def cancel() -> None:
    """Forgets an order that can't be carried out any more, or is not to be."""
    st.session_state["ordered"] = False
    st.session_state.pop(_CLIENT, None)


def carry_out(job: Job) -> None:
    """Sends the request, keeps the outcome, and draws the page anew.

    Whoever touches a widget meanwhile interrupts the run at its next call of streamlit: none stands between
    sending and keeping, so that no request is sent twice and no answer lost. Before, in the queue, it ends the
    waiting, and the next run takes it up at the same place.
    """
    with st.spinner(f"Waiting for {plain(job.endpoint.name)} …", show_time=True):
        notice = _Notice()
        try:
            _keep(Result(job, _client(job).transcribe(job.clip, job.parameters, notice.tell)))
        except PortalError as error:
            _keep(Failure(job, error))
        except Exception:
            # Streamlit's own interruptions are none of these: after them the order stands.
            cancel()
            raise
        cancel()
    st.rerun()


class _Notice:
    """What is told while others come first, with a way to wait no longer."""

    def __init__(self) -> None:
        self._box = st.empty()
        self._text: DeltaGenerator | None = None

    def tell(self, place: int) -> None:
        if self._text is None:
            with self._box.container(horizontal=True, vertical_alignment="center", gap="small"):
                self._text = st.empty()
                st.button("Cancel", key="cancel_waiting", icon=":material/close:", on_click=cancel)
        self._text.caption(told_place(place))


def _client(job: Job) -> EndpointClient:
    """The same until the order is done, since it has the place in the queue."""
    client: EndpointClient | None = st.session_state.get(_CLIENT)
    if client is None or (client.target, client.endpoint_name) != (job.target, job.endpoint.name):
        client = st.session_state[_CLIENT] = queued_client(job.target, job.endpoint)
    return client


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

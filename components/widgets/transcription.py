"""Sending a request and keeping its outcome: the last transcript and, if the last request failed, why."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.audio import Clip
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.errors import PortalError
from components.parameters import Value
from components.targets import Target
from components.transcript import Transcript
from components.widgets.known_targets import endpoints_of
from components.widgets.plain import plain


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
    """Forgets an order that can't be carried out any more."""
    st.session_state["ordered"] = False


def carry_out(job: Job) -> None:
    """Sends the request, keeps the outcome, and draws the page anew.

    Whoever touches a widget meanwhile interrupts the run at its next call of streamlit: none stands between
    sending and keeping, so that no request is sent twice and no answer lost.
    """
    with st.spinner(f"Waiting for {plain(job.endpoint.name)} …", show_time=True):
        client = EndpointClient(job.target, job.endpoint.name, job.endpoint.model)
        try:
            _keep(Result(job, client.transcribe(job.clip, job.parameters)))
        except PortalError as error:
            _keep(Failure(job, error))
        finally:
            cancel()
    st.rerun()


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

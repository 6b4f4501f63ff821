"""Waiting without blocking: parts of a page that look again by themselves until there is something new.

Each stands in a container of its own: a fragment that runs at intervals may else take away what follows it.
"""

import streamlit as st

from components.core.errors import EndpointNotReadyError
from components.deployment.endpoints import EndpointSummary
from components.targets.target import Target
from components.widgets.common.elements import plain
from components.widgets.endpoints.known_targets import fresh_endpoints, known_targets


def await_aws() -> None:
    """While AWS is looked for, says so; redraws the page when that is over."""
    if known_targets().aws_is_sought:
        with st.container(key="aws_search"):
            _watch_aws()


def await_target(target: Target, error: EndpointNotReadyError) -> None:
    """Shows that the target is not ready yet; redraws the page when it is."""
    with st.container(key="starting", border=True):
        _watch_target(target, error)


def await_endpoint(target: Target, endpoint: EndpointSummary) -> None:
    """Shows how far a starting endpoint has got; redraws the page when it has started or failed."""
    with st.container(key="starting", border=True):
        _watch_endpoint(target, endpoint)


@st.fragment(run_every=0.5)
def _watch_aws() -> None:
    if not known_targets().aws_is_sought:
        st.rerun()
    st.caption("Looking for AWS credentials …")


@st.fragment(run_every=0.5)
def _watch_target(target: Target, error: EndpointNotReadyError) -> None:
    if not isinstance(fresh_endpoints(target), EndpointNotReadyError):
        st.rerun()
    _show_wait(error.what, error.advice)


@st.fragment(run_every=1.0)
def _watch_endpoint(target: Target, endpoint: EndpointSummary) -> None:
    endpoints = fresh_endpoints(target)
    current = {e.name: e for e in endpoints}.get(endpoint.name) if isinstance(endpoints, tuple) else None
    if current is None or not current.is_starting:
        st.rerun()
    patience = "An instance needs some minutes to start and load the model."
    _show_wait(f"{endpoint.name} is starting", current.progress or patience)


def _show_wait(what: str, details: str) -> None:
    st.markdown(f":material/hourglass_top: **{plain(what)}**")
    st.caption(plain(details))

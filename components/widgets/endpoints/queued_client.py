"""The client of an endpoint whose requests wait in one queue for all browser sessions, and how waiting is told."""

import streamlit as st

from components.core.settings import Settings
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.endpoint_client.request_queue import RequestQueue
from components.targets.target import Target


def queued_client(target: Target, endpoint: EndpointSummary) -> EndpointClient:
    """A client with a place of its own in the endpoint's queue."""
    return EndpointClient(target, endpoint.name, endpoint.model, _queue(target, endpoint.name))


def place_in_words(place: int) -> str:
    """What the screen says to who waits."""
    return f":material/hourglass_top: Busy: place {place} in the queue"


def show_place(client: EndpointClient) -> None:
    """Says the place of who waits; of nobody else anything."""
    if place := client.place:
        st.caption(place_in_words(place))


@st.cache_resource(max_entries=64, show_spinner=False)
def _queue(target: Target, endpoint_name: str) -> RequestQueue:  # noqa: ARG001 - each has its own
    return RequestQueue(Settings().requests_at_once or target.at_once)

"""The client of an endpoint, with one queue for the requests of all browser sessions, and the text while one waits."""

import streamlit as st

from components.core.settings import current_settings
from components.deployment.endpoints import EndpointSummary
from components.endpoint_client import EndpointClient
from components.endpoint_client.request_queue import RequestQueue
from components.targets.target import Target


def queued_client(target: Target, endpoint: EndpointSummary) -> EndpointClient:
    """A client with its own position in the endpoint's queue."""
    return EndpointClient(target, endpoint.name, endpoint.model, _queue(target, endpoint.name))


def queue_position_text(position: int) -> str:
    """What the screen says while a request waits."""
    return f":material/hourglass_top: Busy: place {position} in the queue"


def show_queue_position(client: EndpointClient) -> None:
    """Draws the position of a request that waits; nothing where none does."""
    if position := client.queue_position:
        st.caption(queue_position_text(position))


@st.cache_resource(max_entries=64, show_spinner=False)
def _queue(target: Target, endpoint_name: str) -> RequestQueue:  # noqa: ARG001 - each has its own
    return RequestQueue(current_settings().requests_at_once or target.at_once)

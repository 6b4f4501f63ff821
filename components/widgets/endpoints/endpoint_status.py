"""An endpoint's status: a badge, and for one that does not answer, why and what to do."""

from typing import Literal

import streamlit as st

from components.core.errors import EndpointNotReadyError
from components.core.settings import current_settings
from components.deployment.endpoints import EndpointSummary
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.navigation import DEPLOY, link_to
from components.widgets.endpoints.await_targets import await_endpoint, await_target
from components.widgets.endpoints.selection import Selection

_ASK_FOR_ONE = "This portal deploys none itself: ask whoever runs it for an endpoint."


def status_badge(endpoint: EndpointSummary) -> None:
    """SageMaker's word for the state, coloured by what it means for a request."""
    color: Literal["green", "red", "orange", "gray"]
    if endpoint.is_serving:
        color, icon = "green", ":material/check_circle:"
    elif endpoint.is_broken:
        color, icon = "red", ":material/error:"
    elif endpoint.is_starting:
        color, icon = "orange", ":material/hourglass_top:"
    else:
        color, icon = "gray", ":material/pause_circle:"
    st.badge(plain(endpoint.status), icon=icon, color=color)


def explain_selection(selection: Selection) -> None:
    """Says why nothing can be sent to what is chosen, if so, and waits with the user for what is starting."""
    target, endpoint, error = selection.target, selection.endpoint, selection.error
    if target and isinstance(error, EndpointNotReadyError):
        await_target(target, error)
    elif error:
        show_error(error, key="endpoint_error")
    elif target and endpoint is None:
        explain_none(target)
    elif target and endpoint and not endpoint.is_serving:
        _explain_waiting(target, endpoint)


def _explain_waiting(target: Target, endpoint: EndpointSummary) -> None:
    if endpoint.is_starting:
        await_endpoint(target, endpoint)
    elif endpoint.is_broken:
        explain_failure(target, endpoint)
    else:
        st.warning(
            "Choose another endpoint, or wait until it is InService.",
            title=f"{plain(endpoint.name)} is {plain(endpoint.status)} and answers no requests",
            icon=":material/pause_circle:",
        )


def explain_failure(target: Target, endpoint: EndpointSummary) -> None:
    """Says why an endpoint will not answer as it is, and what to do."""
    reason = endpoint.failure_reason or "SageMaker gives no reason"
    is_here = target.region == LOCAL_REGION
    advice = "Put that right," if is_here else "Its log in CloudWatch says more. Put right what it names,"
    st.error(
        f"{plain(reason.rstrip('.'))}. {advice} then delete it and deploy again on the page Deploy.",
        title=f"{plain(endpoint.name)} failed to start",
        icon=":material/error:",
    )


def explain_none(target: Target) -> None:
    """Says what to do where a target has no endpoint that answers, or soon will."""
    read_only = current_settings().read_only
    origin = "on this computer" if target.region == LOCAL_REGION else "from SageMaker JumpStart"
    st.info(
        _ASK_FOR_ONE if read_only else f"Deploy a Whisper model {origin}.",
        title=f"No endpoint in service in {plain(target.name)}",
        icon=":material/info:",
    )
    if not read_only:
        link_to(DEPLOY, target=target.region)

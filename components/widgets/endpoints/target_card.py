"""A target with its endpoints and their status, refreshed as long as something is changing."""

import streamlit as st

from components.core.errors import EndpointError, EndpointNotReadyError
from components.core.formatting import hourly_usd
from components.deployment.endpoints import EndpointSummary
from components.deployment.pricing import Price
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.endpoints.cached_lookups import prices
from components.widgets.endpoints.endpoint_status import explain_failure, explain_none, status_badge
from components.widgets.endpoints.hourly_price import hourly, hourly_total, sources
from components.widgets.endpoints.known_targets import KnownTargets, endpoints_of, fresh_endpoints

Endpoints = tuple[EndpointSummary, ...] | EndpointError


def show_target(target: Target) -> None:
    """Draws one target in a box of its own."""
    with st.container(border=True, key=f"target_{target.region}", gap="small"):
        st.markdown(f"**{plain(target.name)}**")
        with st.container(gap="small"):
            if _is_settled(endpoints_of(target)):
                _show(target, endpoints_of(target))
            else:
                _watch(target)


def show_aws_hint(known: KnownTargets) -> None:
    """Where AWS is not connected: what works all the same, and how to connect it."""
    if known.aws or known.aws_is_sought:
        return
    if known.aws_error:
        show_error(known.aws_error, key="aws_error")
        return
    works = "Without AWS credentials, everything here works with the endpoint on this computer."
    missing = (
        "There is no endpoint to send to: AWS is not connected, and the one on this computer is left out."
    )
    st.caption(
        f"{works if known.local else missing}  \n"
        "To see the endpoints of an AWS account, run **aws configure** (or set **AWS_PROFILE** and "
        "**AWS_DEFAULT_REGION**) and start the portal again."
    )


@st.fragment(run_every=1.0)
def _watch(target: Target) -> None:
    endpoints = fresh_endpoints(target)
    if _is_settled(endpoints):
        st.rerun()
    _show(target, endpoints)


def _is_settled(endpoints: Endpoints) -> bool:
    """Whether nothing is about to change by itself."""
    if isinstance(endpoints, EndpointError):
        return not isinstance(endpoints, EndpointNotReadyError)
    return not any(endpoint.is_starting for endpoint in endpoints)


def _show(target: Target, endpoints: Endpoints) -> None:
    if isinstance(endpoints, EndpointNotReadyError):
        st.caption(f":material/hourglass_top: {plain(endpoints.what)} {plain(endpoints.advice)}")
    elif isinstance(endpoints, EndpointError):
        show_error(endpoints, key=f"error_{target.region}")
    elif not endpoints:
        explain_none(target)
    else:
        on_aws = target.region != LOCAL_REGION
        known = prices(target, (endpoint.instance_type for endpoint in endpoints)) if on_aws else {}
        for endpoint in endpoints:
            _show_endpoint(target, endpoint, known)
        priced = [endpoint for endpoint in endpoints if endpoint.instance_type]
        if on_aws and priced:
            st.markdown(hourly_total(priced, known))
            st.caption(plain(sources(known)))


def _show_endpoint(target: Target, endpoint: EndpointSummary, known: dict[str, Price | None]) -> None:
    cost = hourly(endpoint, known)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(plain(endpoint.name), width="stretch")
        st.caption(_described(endpoint), width="content")
        if cost:
            st.caption(hourly_usd(cost), width="content")
        status_badge(endpoint)
    if endpoint.progress:
        st.caption(plain(endpoint.progress))
    if endpoint.is_broken:
        explain_failure(target, endpoint)


def _described(endpoint: EndpointSummary) -> str:
    if endpoint.model is None:
        return "model unknown"
    name = "" if endpoint.model.name == endpoint.name else f"{plain(endpoint.model.name)}, "
    return f"{name}{endpoint.model.parameters} M parameters"

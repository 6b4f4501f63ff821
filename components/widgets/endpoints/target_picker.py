"""Which target and which endpoint a page works with; the choice is the same on every page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import EndpointError
from components.deployment.endpoints import EndpointSummary
from components.targets.target import Target
from components.widgets.common import link
from components.widgets.endpoints.endpoint_status import status_badge
from components.widgets.endpoints.known_targets import endpoints_of, known_targets
from components.widgets.endpoints.selection import ENDPOINT, TARGET, Selection


def pick_target(place: DeltaGenerator) -> Target | None:
    """Draws the choice of the target into `place`; without a choice to make there is nothing to see."""
    with place.container(key="picker", horizontal_alignment="right"):
        return _pick_target()


def pick_endpoint(place: DeltaGenerator) -> Selection:
    """Draws the two pickers into `place`."""
    with place.container(key="picker", gap="xsmall"):
        target = _pick_target()
        if target is None:
            return Selection()
        endpoints = endpoints_of(target)
        if isinstance(endpoints, EndpointError):
            return Selection(target, error=endpoints)
        offered = _offered(endpoints)
        return Selection(target, _pick_endpoint(offered) if offered else None)


def _pick_target() -> Target | None:
    known = known_targets()
    by_region = {target.region: target for target in known.all}
    if not by_region:
        return None
    link.settle(TARGET, by_region, next(iter(by_region)), complete=not known.aws_is_sought)
    if len(by_region) == 1:
        return by_region[st.session_state[TARGET]]
    st.segmented_control(
        "Target",
        list(by_region),
        format_func=lambda region: by_region[region].name,
        key=TARGET,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return by_region[st.session_state[TARGET]]


def _offered(endpoints: tuple[EndpointSummary, ...]) -> list[EndpointSummary]:
    """What answers requests; where nothing does, what soon will; and what a link or the user has asked for."""
    named = {link.wish(ENDPOINT), st.session_state.get(ENDPOINT)}
    any_serves = any(endpoint.is_serving for endpoint in endpoints)
    return [
        endpoint
        for endpoint in endpoints
        if endpoint.is_serving or endpoint.name in named or (endpoint.is_starting and not any_serves)
    ]


def _pick_endpoint(endpoints: list[EndpointSummary]) -> EndpointSummary:
    by_name = {endpoint.name: endpoint for endpoint in endpoints}
    link.settle(ENDPOINT, by_name, min(endpoints, key=_preference).name, complete=True)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name = st.selectbox(
            "Endpoint",
            list(by_name),
            format_func=lambda name: _label(by_name[name]),
            key=ENDPOINT,
            label_visibility="collapsed",
            persist_state="session",
        )
        status_badge(by_name[name])
    return by_name[name]


def _preference(endpoint: EndpointSummary) -> tuple[bool, bool, bool, str]:
    """What answers comes first, then what soon will; known Whisper models before the unknown."""
    return (not endpoint.is_serving, not endpoint.is_starting, endpoint.model is None, endpoint.name)


def _label(endpoint: EndpointSummary) -> str:
    model = endpoint.model.name if endpoint.model else "model unknown"
    return endpoint.name if model == endpoint.name else f"{endpoint.name} ({model})"

"""Which target and which endpoint a page works with; the choice is the same on every page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.deployment.endpoints import EndpointSummary
from components.errors import EndpointError
from components.targets import Target
from components.widgets import link
from components.widgets.endpoint_status import status_badge
from components.widgets.known_targets import endpoints_of, known_targets
from components.widgets.link import ENDPOINT, TARGET
from components.widgets.selection import Selection


def pick_endpoint(place: DeltaGenerator) -> Selection:
    """Draws the two pickers into `place`."""
    with place.container(key="picker", gap="xsmall"):
        target = _pick_target()
        if target is None:
            return Selection()
        endpoints = endpoints_of(target)
        if isinstance(endpoints, EndpointError):
            return Selection(target, error=endpoints)
        return Selection(target, _pick_endpoint(endpoints) if endpoints else None)


def _pick_target() -> Target | None:
    known = known_targets()
    by_region = {target.region: target for target in known.all}
    if not by_region:
        return None
    _settle(TARGET, list(by_region), next(iter(by_region)), complete=not known.aws_is_sought)
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


def _pick_endpoint(endpoints: tuple[EndpointSummary, ...]) -> EndpointSummary:
    by_name = {endpoint.name: endpoint for endpoint in endpoints}
    _settle(ENDPOINT, list(by_name), min(endpoints, key=_preference).name, complete=True)
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


def _settle(key: str, options: list[str], default: str, *, complete: bool) -> None:
    """Sees to it that the widget stands on one of its options, on the one that a link asked for if it can.

    `complete` says that no more options will turn up: only then is a link's wish given up.
    """
    wanted = link.wish(key)
    if wanted in options:
        st.session_state[key] = wanted
        link.settle(key)
    elif wanted is not None and complete:
        link.settle(key, f"The link asks for the {key} {wanted}, which is not here.")
    if st.session_state.get(key) not in options:
        st.session_state[key] = default


def _preference(endpoint: EndpointSummary) -> tuple[bool, bool, bool, str]:
    """What answers comes first, then what soon will; known Whisper models before the unknown."""
    return (not endpoint.is_serving, not endpoint.is_starting, endpoint.model is None, endpoint.name)


def _label(endpoint: EndpointSummary) -> str:
    model = endpoint.model.name if endpoint.model else "model unknown"
    return endpoint.name if model == endpoint.name else f"{endpoint.name} ({model})"

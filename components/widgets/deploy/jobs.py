"""The portal's deployments as the page starts and sees them."""

import streamlit as st

from components.deployment.jobs import Deployment, Deployments
from components.deployment.plan import Plan
from components.errors import EndpointError
from components.targets import Target
from components.widgets.background import Background
from components.widgets.known_targets import endpoints_of


@st.cache_resource(show_spinner=False)
def deployments() -> Deployments:
    """All deployments of this portal, the same for all browser sessions."""
    return Deployments()


def start(target: Target, plan: Plan) -> None:
    """Begins to carry the plan out.

    Raises:
        ReadOnlyError: this portal deploys nothing.
        DeploymentError: an endpoint of that name is being deployed already.
    """
    deployment = deployments().start(target, plan)
    seen_starting(target).add(plan.endpoint_name)
    ends = _ends()
    ends[:] = [(place, end) for place, end in ends if not end.is_done]
    ends.append((target, Background(lambda: _look_again(deployment))))


def is_deploying(target: Target) -> bool:
    """Whether a deployment has not ended yet, or its endpoint is not in the list of endpoints yet."""
    return any(place == target and not end.is_done for place, end in _ends())


def names_taken(target: Target) -> set[str]:
    """Names that no new endpoint can have: those of endpoints, and of what is being deployed."""
    endpoints = endpoints_of(target)
    listed = () if isinstance(endpoints, EndpointError) else endpoints
    running = (deployment for deployment in deployments().of(target) if deployment.is_running)
    return {endpoint.name for endpoint in listed} | {deployment.plan.endpoint_name for deployment in running}


def seen_starting(target: Target) -> set[str]:
    """The names of what this session has seen starting, so that it can be told when one arrives."""
    seen: dict[Target, set[str]] = st.session_state.setdefault("seen_starting", {})
    return seen.setdefault(target, set())


@st.cache_resource(show_spinner=False)
def _ends() -> list[tuple[Target, Background[None]]]:
    """What waits for the ends of deployments."""
    return []


def _look_again(deployment: Deployment) -> None:
    deployment.wait()
    endpoints_of.clear(deployment.target)

"""The portal's deployments as the page starts and sees them."""

import streamlit as st

from components.core.errors import EndpointError
from components.deployment.deployment_jobs import deployments, just_accepted, start_deployment
from components.deployment.plan import DeploymentPlan
from components.targets.target import Target
from components.widgets.common.work import work_registry
from components.widgets.endpoints.known_targets import endpoints_of

_ORDERED = "ordered_plan"


def start(target: Target, plan: DeploymentPlan) -> None:
    """Begins to carry the plan out.

    Raises:
        ReadOnlyError: this portal deploys nothing.
        DeploymentError: an endpoint of that name is being deployed already.
    """
    start_deployment(work_registry(), target, plan)
    seen_starting(target).add(plan.endpoint_name)
    st.session_state[_ORDERED] = (target, plan)


def ordered(target: Target) -> DeploymentPlan | None:
    """What this session has had deployed last at that target, unless that failed or is forgotten."""
    place, plan = st.session_state.get(_ORDERED, (None, None))
    failed = {job.plan.endpoint_name for job in deployments(work_registry(), target) if job.error}
    return plan if place == target and plan.endpoint_name not in failed else None


def forget_order() -> None:
    """Makes room for another deployment."""
    st.session_state.pop(_ORDERED, None)


def is_deploying(target: Target) -> bool:
    """Whether a deployment has not ended yet, or its endpoint is not in the list of endpoints yet."""
    return is_missing(target) or any(
        deployment.is_running for deployment in deployments(work_registry(), target)
    )


def is_missing(target: Target) -> bool:
    """Whether an endpoint was accepted that is not in the list of endpoints yet."""
    return not _listed(target).issuperset(just_accepted(work_registry(), target))


def names_taken(target: Target) -> set[str]:
    """Names that no new endpoint can have: those of endpoints, and of what is being deployed."""
    running = (deployment for deployment in deployments(work_registry(), target) if deployment.is_running)
    taken = {
        *_listed(target),
        *(deployment.plan.endpoint_name for deployment in running),
        *just_accepted(work_registry(), target),
    }
    own = ordered(target)
    # The form still stands as it was ordered, and is not to find fault with the name of its own endpoint.
    return taken - {own.endpoint_name} if own else taken


def seen_starting(target: Target) -> set[str]:
    """The names of what this session has seen starting, so that it can be told when one arrives."""
    seen: dict[Target, set[str]] = st.session_state.setdefault("seen_starting", {})
    return seen.setdefault(target, set())


def _listed(target: Target) -> set[str]:
    """The endpoints' names; while they can't be listed, those of the last time."""
    last: dict[Target, set[str]] = st.session_state.setdefault("last_listed", {})
    endpoints = endpoints_of(target)
    if not isinstance(endpoints, EndpointError):
        last[target] = {endpoint.name for endpoint in endpoints}
    return last.get(target, set())

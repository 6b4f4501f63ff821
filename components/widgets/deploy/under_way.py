"""What is under way: deployments and starting endpoints, step by step, until each is in service or has failed.

All of it is read from the portal's work and the endpoints' status, so that a reload loses nothing.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import EndpointError
from components.core.formatting import duration
from components.core.settings import current_settings
from components.deployment.deployment_jobs import STEPS, Deployment, deletions, deployments
from components.deployment.endpoints import EndpointSummary
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.announcement import announce
from components.widgets.common.elements import button, plain
from components.widgets.common.error_view import show_error
from components.widgets.common.navigation import PLAYGROUND, link_to
from components.widgets.common.work import work_registry
from components.widgets.deploy import deletion_view
from components.widgets.deploy.ordered_deployments import is_deploying, is_missing, seen_starting
from components.widgets.endpoints.endpoint_status import explain_failure
from components.widgets.endpoints.known_targets import endpoints_of

_CHANGING = {"Creating", "Deleting", "Updating", "SystemUpdating", "RollingBack"}
_State = tuple[object, ...]
_SECONDS_IF_MOVING, _SECONDS_IF_STILL = 1.0, 20.0


def show_under_way(target: Target) -> None:
    """Draws what is under way, and looks again by itself: often while something is, now and then otherwise."""
    with st.container(key="under_way", gap="small"):
        pause = _SECONDS_IF_MOVING if _is_moving(target) else _SECONDS_IF_STILL
        st.fragment(_watch, run_every=pause)(target, _state(target))


def _whisper_endpoints(target: Target) -> list[EndpointSummary]:
    """None where they can't be listed."""
    endpoints = endpoints_of(target)
    return [] if isinstance(endpoints, EndpointError) else [e for e in endpoints if e.is_whisper]


def _watch(target: Target, drawn: _State) -> None:
    # An endpoint on AWS takes minutes, and listing costs many calls: there the list may be some seconds old.
    if target.region == LOCAL_REGION or is_missing(target):
        endpoints_of.clear(target)
    if _state(target) != drawn:
        st.rerun()
    _show(target)


def _state(target: Target) -> _State:
    """What the rest of the page depends on."""
    statuses = tuple((e.name, e.status, e.expires) for e in _whisper_endpoints(target))
    jobs = tuple((job.plan.endpoint_name, job.is_running) for job in deployments(work_registry(), target))
    deleted = tuple((deletion.id, deletion.is_running) for deletion in deletions(work_registry(), target))
    # Ages, costs and times left are told to the minute.
    return jobs, deleted, is_deploying(target), statuses, deletion_view.is_asked(), int(time.time() // 60)


def _is_moving(target: Target) -> bool:
    return is_deploying(target) or any(e.status in _CHANGING for e in _whisper_endpoints(target))


def _show(target: Target) -> None:
    jobs = deployments(work_registry(), target)
    deploying = {job.plan.endpoint_name for job in jobs if job.is_running}
    endpoints = [e for e in _whisper_endpoints(target) if e.name not in deploying]
    starting = [endpoint for endpoint in endpoints if endpoint.is_starting]
    seen = seen_starting(target)
    seen |= deploying | {endpoint.name for endpoint in starting}
    ended = [endpoint for endpoint in endpoints if endpoint.name in seen]
    parts: list[tuple[str, str, Callable[[], None]]] = [
        *((job.plan.endpoint_name, _state_of(job), partial(_show_job, target, job)) for job in jobs),
        *((e.name, "is starting", partial(_show_starting, target, e)) for e in starting),
        *((e.name, "has failed", partial(_show_broken, target, e)) for e in ended if e.is_broken),
        *((e.name, "is in service", partial(_show_arrived, target, e)) for e in ended if e.is_serving),
    ]
    if parts:
        st.subheader("Deployments", anchor=False)
        # A screen reader says how each stands, as soon as that changes.
        announce(", ".join(f"{name} {state}" for name, state, _ in parts))
    for *_, draw in parts:
        draw()


def _state_of(job: Deployment) -> str:
    return "has failed" if job.error else "is being deployed"


def _box(name: str) -> DeltaGenerator:
    return st.container(border=True, key=f"under_way_{name}", gap="small")


def _show_job(target: Target, job: Deployment) -> None:
    name = job.plan.endpoint_name
    if job.error is None:
        with _box(name):
            _show_progress(target, name, job.started, job.done)
        return
    # An endpoint of that name may have come into being elsewhere since, and stand here too.
    with st.container(border=True, key=f"failed_{name}", gap="small"):
        st.markdown(f"**{plain(name)}** could not be deployed.")
        show_error(job.error, key=f"failure_{name}")
        button("Dismiss", work_registry().dismiss, job, key=f"dismiss_failed_{name}")


def _show_starting(target: Target, endpoint: EndpointSummary) -> None:
    with _box(endpoint.name):
        _show_progress(target, endpoint.name, endpoint.created, len(STEPS))
        if endpoint.percent is not None:
            st.progress(endpoint.percent, text=plain(endpoint.progress or ""))
        elif endpoint.progress:
            st.caption(plain(endpoint.progress))
        # SageMaker deletes no endpoint that is being created; the one on this computer does.
        if target.region == LOCAL_REGION and not current_settings().read_only:
            ask = deletion_view.ask
            button("Cancel", ask, target, endpoint, key=f"cancel_{endpoint.name}", icon="close")


def _show_progress(target: Target, name: str, since: datetime, done: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.markdown(f"**{plain(name)}**", width="content")
        st.caption(duration(datetime.now(UTC) - since), width="content")
    on_aws = target.region != LOCAL_REGION
    last = "Instance starts and loads the model" if on_aws else "Weights are fetched and loaded"
    steps = (*STEPS, last, "In service")
    st.markdown("  \n".join(_step(title, number - done) for number, title in enumerate(steps)))


def _step(title: str, ahead: int) -> str:
    """One line; `ahead` is negative for what is done, and 0 for what is being done."""
    if ahead < 0:
        return f":green[:material/check:] {title}"
    return f":gray[:material/circle: {title}]" if ahead else f":orange[:material/hourglass_top:] **{title}**"


def _show_broken(target: Target, endpoint: EndpointSummary) -> None:
    with _box(endpoint.name):
        explain_failure(target, endpoint)
        _show_dismiss(target, endpoint)


def _show_arrived(target: Target, endpoint: EndpointSummary) -> None:
    with _box(endpoint.name):
        st.markdown(f":green[:material/check_circle:] **{plain(endpoint.name)}** is in service.")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            link_to(PLAYGROUND, target=target.region, endpoint=endpoint.name)
            _show_dismiss(target, endpoint)


def _show_dismiss(target: Target, endpoint: EndpointSummary) -> None:
    name = endpoint.name
    button("Dismiss", seen_starting(target).discard, name, key=f"dismiss_{name}", type="tertiary")

"""What is under way: deployments and starting endpoints, step by step, until each is in service or has failed.

All of it is read from the portal's work and the endpoints' status, so that a reload loses nothing.
"""

import time
from datetime import UTC, datetime

import streamlit as st

from components.core.errors import EndpointError, PortalError
from components.core.formatting import duration
from components.core.settings import Settings
from components.deployment.deployment_jobs import STEPS, Deployment, deletions, deployments
from components.deployment.endpoints import EndpointSummary
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.announcement import announce
from components.widgets.common.elements import plain
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


def whisper_endpoints(target: Target) -> list[EndpointSummary]:
    """The target's endpoints that serve Whisper; none where they can't be listed."""
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
    statuses = tuple((e.name, e.status, e.expires) for e in whisper_endpoints(target))
    jobs = tuple((job.plan.endpoint_name, job.is_running) for job in deployments(work_registry(), target))
    deleted = tuple((deletion.id, deletion.is_running) for deletion in deletions(work_registry(), target))
    # Ages, costs and times left are told to the minute.
    return jobs, deleted, is_deploying(target), statuses, deletion_view.is_asked(), int(time.time() // 60)


def _is_moving(target: Target) -> bool:
    return is_deploying(target) or any(e.status in _CHANGING for e in whisper_endpoints(target))


def _show(target: Target) -> None:
    jobs = deployments(work_registry(), target)
    deploying = {job.plan.endpoint_name for job in jobs if job.is_running}
    endpoints = [e for e in whisper_endpoints(target) if e.name not in deploying]
    starting = [endpoint for endpoint in endpoints if endpoint.is_starting]
    seen = seen_starting(target)
    seen |= deploying | {endpoint.name for endpoint in starting}
    ended = [endpoint for endpoint in endpoints if endpoint.name in seen]
    arrived = [endpoint for endpoint in ended if endpoint.is_serving]
    broken = [endpoint for endpoint in ended if endpoint.is_broken]
    if jobs or starting or arrived or broken:
        st.subheader("Deployments", anchor=False)
        _announce(jobs, starting, arrived, broken)
    for job in jobs:
        _show_job(target, job)
    for endpoint in starting:
        _show_starting(target, endpoint)
    for endpoint in broken:
        _show_broken(target, endpoint)
    for endpoint in arrived:
        _show_arrived(target, endpoint)


def _announce(
    jobs: list[Deployment],
    starting: list[EndpointSummary],
    arrived: list[EndpointSummary],
    broken: list[EndpointSummary],
) -> None:
    """Has a screen reader say how each stands, as soon as that changes."""
    states = [
        *(f"{job.plan.endpoint_name} {'has failed' if job.error else 'is being deployed'}" for job in jobs),
        *(f"{endpoint.name} is starting" for endpoint in starting),
        *(f"{endpoint.name} is in service" for endpoint in arrived),
        *(f"{endpoint.name} has failed" for endpoint in broken),
    ]
    announce(", ".join(states))


def _show_job(target: Target, job: Deployment) -> None:
    name = job.plan.endpoint_name
    if job.error:
        _show_failure(job, job.error)
        return
    with st.container(border=True, key=f"under_way_{name}", gap="small"):
        _show_progress(target, name, job.started, job.done)


def _show_failure(job: Deployment, error: PortalError) -> None:
    name = job.plan.endpoint_name
    # An endpoint of that name may have come into being elsewhere since, and stand here too.
    with st.container(border=True, key=f"failed_{name}", gap="small"):
        st.markdown(f"**{plain(name)}** could not be deployed.")
        show_error(error, key=f"failure_{name}")
        st.button("Dismiss", key=f"dismiss_failed_{name}", on_click=work_registry().dismiss, args=(job,))


def _show_starting(target: Target, endpoint: EndpointSummary) -> None:
    with st.container(border=True, key=f"under_way_{endpoint.name}", gap="small"):
        _show_progress(target, endpoint.name, endpoint.created, len(STEPS))
        if endpoint.percent is not None:
            st.progress(endpoint.percent, text=plain(endpoint.progress or ""))
        elif endpoint.progress:
            st.caption(plain(endpoint.progress))
        # SageMaker deletes no endpoint that is being created; the one on this computer does.
        if target.region == LOCAL_REGION and not Settings().read_only:
            st.button(
                "Cancel",
                key=f"cancel_{endpoint.name}",
                icon=":material/close:",
                on_click=deletion_view.ask,
                args=(target, endpoint),
            )


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
    return (
        f":orange[:material/hourglass_top:] **{title}**"
        if ahead == 0
        else f":gray[:material/circle: {title}]"
    )


def _show_broken(target: Target, endpoint: EndpointSummary) -> None:
    with st.container(border=True, key=f"under_way_{endpoint.name}", gap="small"):
        explain_failure(target, endpoint)
        _show_dismiss(target, endpoint)


def _show_arrived(target: Target, endpoint: EndpointSummary) -> None:
    with st.container(border=True, key=f"under_way_{endpoint.name}", gap="small"):
        st.markdown(f":green[:material/check_circle:] **{plain(endpoint.name)}** is in service.")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            link_to(PLAYGROUND, target=target.region, endpoint=endpoint.name)
            _show_dismiss(target, endpoint)


def _show_dismiss(target: Target, endpoint: EndpointSummary) -> None:
    st.button(
        "Dismiss",
        key=f"dismiss_{endpoint.name}",
        type="tertiary",
        on_click=seen_starting(target).discard,
        args=(endpoint.name,),
    )

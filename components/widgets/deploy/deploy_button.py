"""The button that deploys, or the reason why it can't be pressed."""

import time

import streamlit as st

from components.deployment.plan import Plan
from components.deployment.preflight import Check, Verdict
from components.errors import PortalError
from components.targets import LOCAL_REGION, Target
from components.widgets.deploy.cost import Cost
from components.widgets.deploy.form import Form, follow_suggestions
from components.widgets.deploy.jobs import deployments, start
from components.widgets.error_view import show_error
from components.widgets.plain import plain

_SECONDS_OF_A_DOUBLE_CLICK = 2.0
_ERROR, _NAME, _TIME = "order_error", "ordered_name", "ordered_at"


def show_deploy_button(target: Target, form: Form, cost: Cost | None, checks: list[Check] | None) -> None:
    """Draws the button, and under it why it can't be pressed, or what came of pressing it."""
    obstacle = _obstacle(form, checks)
    with st.container(gap="xsmall"):
        st.button(
            _label(target, cost),
            key="deploy",
            type="primary",
            icon=":material/rocket_launch:",
            width="stretch",
            disabled=obstacle is not None,
            on_click=_order,
            args=(target, form.plan),
        )
        if obstacle:
            st.caption(obstacle)
        for name in _just_ordered(target):
            st.caption(f":material/arrow_downward: {plain(name)} is under way: see below.")
        if error := st.session_state.get(_ERROR):
            show_error(error, key=_ERROR)


def _label(target: Target, cost: Cost | None) -> str:
    if target.region == LOCAL_REGION:
        return "Deploy on this computer"
    return f"Deploy for {cost.hourly}" if cost else "Deploy"


def _obstacle(form: Form, checks: list[Check] | None) -> str | None:
    if form.faults:
        return "Put right what is marked in the form first."
    if checks is None:
        return "The checks come first; they take some seconds."
    if any(finding.verdict is Verdict.FAILED for finding in checks):
        return "A check has failed: do what it says first."
    return None


def _just_ordered(target: Target) -> list[str]:
    running = [d.plan.endpoint_name for d in deployments().of(target) if d.is_running]
    return [name for name in running if name == st.session_state.get(_NAME)]


def _order(target: Target, plan: Plan) -> None:
    # The second click of a double click may meet a form that suggests the next name already.
    now = time.monotonic()
    if now - st.session_state.get(_TIME, -_SECONDS_OF_A_DOUBLE_CLICK) < _SECONDS_OF_A_DOUBLE_CLICK:
        return
    st.session_state[_TIME] = now
    st.session_state[_ERROR] = st.session_state[_NAME] = None
    try:
        start(target, plan)
    except PortalError as error:
        st.session_state[_ERROR] = error
    else:
        st.session_state[_NAME] = plan.endpoint_name
        follow_suggestions()

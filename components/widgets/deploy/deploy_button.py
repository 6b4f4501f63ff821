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
from components.widgets.lookups import prices
from components.widgets.plain import plain

_SECONDS_OF_A_DOUBLE_CLICK = 2.0
_ERROR, _NAME, _TIME, _OFFER = "order_error", "ordered_name", "ordered_at", "offer"
_CHANGED = PortalError(
    "Nothing was deployed, because the form has changed in the same moment.",
    "Look at the price and the checks, then press again.",
)


def show_deploy_button(target: Target, form: Form, cost: Cost | None, checks: list[Check] | None) -> None:
    """Draws the button, and under it why it can't be pressed, or what came of pressing it.

    It deploys only what stood on the screen when it was pressed: whoever types a name, or takes another instance, and
    presses at once, has not seen what that costs.
    """
    obstacle, label = _obstacle(target, form, checks), _label(target, cost)
    offer = (target, repr(form.plan), label)
    with st.container(gap="xsmall"):
        is_pressed = st.button(
            label,
            key="deploy",
            type="primary",
            icon=":material/rocket_launch:",
            width="stretch",
            disabled=obstacle is not None,
        )
        was_shown = st.session_state.get(_OFFER) == offer
        st.session_state[_OFFER] = offer
        if is_pressed:
            _order(target, form.plan, may_start=was_shown and obstacle is None)
        elif not was_shown:
            st.session_state[_ERROR] = None
        _show_outcome(target, obstacle)


def _show_outcome(target: Target, obstacle: str | None) -> None:
    if obstacle:
        st.caption(obstacle)
    for name in _just_ordered(target):
        st.caption(f":material/arrow_downward: {plain(name)} is under way: see below.")
    if error := st.session_state.get(_ERROR):
        show_error(error, key=_ERROR)


def _label(target: Target, cost: Cost | None) -> str:
    if target.region == LOCAL_REGION:
        return "Deploy on this computer"
    return f"Deploy for {cost.hourly}" if cost else "Deploy at an unknown price"


def _obstacle(target: Target, form: Form, checks: list[Check] | None) -> str | None:
    kind = form.plan.instance_type
    if set(form.faults) == {"role_arn"}:
        return "An execution role comes first."
    if form.faults:
        return "Put right what is marked in the form first."
    if kind and kind not in prices(target, (kind,)):
        return "The price comes first; looking it up takes some seconds."
    if checks is None:
        return "The checks come first; they take some seconds."
    if any(finding.verdict is Verdict.FAILED for finding in checks):
        return "A check has failed: do what it says first."
    return None


def _just_ordered(target: Target) -> list[str]:
    running = [d.plan.endpoint_name for d in deployments().of(target) if d.is_running]
    return [name for name in running if name == st.session_state.get(_NAME)]


def _order(target: Target, plan: Plan, *, may_start: bool) -> None:
    # The second click of a double click may meet a form that suggests the next name already.
    now = time.monotonic()
    if now - st.session_state.get(_TIME, -_SECONDS_OF_A_DOUBLE_CLICK) < _SECONDS_OF_A_DOUBLE_CLICK:
        return
    st.session_state[_ERROR] = st.session_state[_NAME] = None
    if not may_start:
        st.session_state[_ERROR] = _CHANGED
        return
    st.session_state[_TIME] = now
    try:
        start(target, plan)
    except PortalError as error:
        st.session_state[_ERROR] = error
        return
    st.session_state[_NAME] = plan.endpoint_name
    follow_suggestions()
    st.rerun()

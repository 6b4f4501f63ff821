"""The checks that precede any cost, and the deploy button, or the reason why it is disabled."""

import streamlit as st

from components.core.errors import PortalError
from components.deployment.checks import Check, Verdict
from components.deployment.plan import DeploymentPlan
from components.targets.target import LOCAL_REGION, Target
from components.widgets.common.elements import button, plain, show_check
from components.widgets.common.error_view import show_error
from components.widgets.deploy import ordered_deployments
from components.widgets.deploy.form import DeployForm, follow_suggestions
from components.widgets.endpoints.cached_lookups import checks, forget, prices

_ERROR, _OFFER = "order_error", "offer"
_CHANGED = PortalError(
    "Nothing was deployed, because the form has changed in the same moment.",
    "Look at the price and the checks, then press again.",
)


def show_deploy_button(target: Target, form: DeployForm, cost: str | None) -> None:
    """Draws the checks, the button, and under it why it can't be pressed, or what came of pressing it.

    It deploys only what stood on the screen when it was pressed: whoever types a name, or takes another instance, and
    presses at once, has not seen what that costs. And it deploys it once: for another one the user has to say so.
    """
    ordered = ordered_deployments.ordered(target)
    with st.container(key="checks", gap="xsmall"):
        # Once it is ordered its name is taken, which is as it should be.
        found = None if ordered == form.plan else _show_checks(target, form)
    with st.container(gap="xsmall"):
        if ordered is None:
            _offer(target, form, cost, found)
        elif ordered == form.plan:
            _offer_another(form.plan)
        else:
            # The form has changed since: it is about another one now.
            _begin_another(follows=ordered.endpoint_name == form.plan.endpoint_name)
            st.rerun()


def _show_checks(target: Target, form: DeployForm) -> list[Check] | None:
    """Draws the findings on a sound plan; returns None as long as there are none."""
    st.markdown("**Checks**")
    if form.faults:
        st.caption("These follow when the form is filled in.")
        return None
    found = checks(target, form.plan)
    if found is None:
        st.caption(":material/hourglass_top: Checking …")
        return None
    for finding in found:
        show_check(finding)
    if any(finding.verdict is not Verdict.PASSED for finding in found):
        button("Check again", forget, key="check_again", icon="refresh", type="tertiary")
    return found


def _offer(target: Target, form: DeployForm, cost: str | None, found: list[Check] | None) -> None:
    obstacle, label = _obstacle(target, form, found), _label(target, cost)
    offer = (target, repr(form.plan), label)
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
    if obstacle:
        st.caption(obstacle)
    if error := st.session_state.get(_ERROR):
        show_error(error, key=_ERROR)


def _offer_another(plan: DeploymentPlan) -> None:
    button("Deploy another", _begin_another, key="deploy_another", width="stretch")
    st.caption(
        f":material/arrow_downward: The deployment of {plain(plan.endpoint_name)} was started; "
        "its progress and outcome are shown below."
    )


def _begin_another(*, follows: bool = True) -> None:
    """`follows` says that the name in the form is the one that was used, and gives way to the next suggestion."""
    ordered_deployments.forget_order()
    if follows:
        follow_suggestions()


def _label(target: Target, cost: str | None) -> str:
    if target.region == LOCAL_REGION:
        return "Deploy on this computer"
    return f"Deploy for {cost}" if cost else "Deploy at an unknown price"


def _obstacle(target: Target, form: DeployForm, found: list[Check] | None) -> str | None:
    kind = form.plan.instance_type
    if set(form.faults) == {"role_arn"}:
        return "An execution role comes first."
    if form.faults:
        return "Put right what is marked in the form first."
    if kind and kind not in prices(target, (kind,)):
        return "The price comes first; looking it up takes some seconds."
    if found is None:
        return "The checks come first; they take some seconds."
    if any(finding.verdict is Verdict.FAILED for finding in found):
        return "A check has failed: do what it says first."
    return None


def _order(target: Target, plan: DeploymentPlan, *, may_start: bool) -> None:
    if not may_start:
        st.session_state[_ERROR] = _CHANGED
        return
    try:
        ordered_deployments.start(target, plan)
    except PortalError as error:
        st.session_state[_ERROR] = error
        return
    st.rerun()

"""What was checked before anything is paid for, and what each finding asks for."""

import streamlit as st

from components.deployment.checks import Check, Verdict
from components.targets.target import Target
from components.widgets.common.elements import button, show_check
from components.widgets.deploy.form import DeployForm
from components.widgets.deploy.ordered_deployments import ordered
from components.widgets.endpoints.cached_lookups import checks, forget


def show_checks(target: Target, form: DeployForm) -> list[Check] | None:
    """Draws the findings on a sound plan; returns None as long as there are none."""
    with st.container(key="checks", gap="xsmall"):
        if ordered(target) == form.plan:
            # Its name is taken by now, which is as it should be.
            return None
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

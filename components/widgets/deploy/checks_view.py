"""What was checked before anything is paid for, and what each finding asks for."""

import streamlit as st

from components.deployment.findings import Check, Verdict
from components.targets import Target
from components.widgets.deploy.form import Form
from components.widgets.deploy.jobs import ordered
from components.widgets.lookups import checks, forget
from components.widgets.plain import plain

_ICONS = {
    Verdict.PASSED: ":green[:material/check_circle:]",
    Verdict.WARNING: ":orange[:material/warning:]",
    Verdict.FAILED: ":red[:material/cancel:]",
}


def show_checks(target: Target, form: Form) -> list[Check] | None:
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
            _show(finding)
        if any(finding.verdict is not Verdict.PASSED for finding in found):
            st.button(
                "Check again", key="check_again", icon=":material/refresh:", type="tertiary", on_click=forget
            )
        return found


def _show(finding: Check) -> None:
    st.markdown(f"{_ICONS[finding.verdict]} **{plain(finding.subject)}**: {plain(finding.what)}")
    if finding.advice:
        st.caption(plain(finding.advice))

"""One finding on the screen."""

import streamlit as st

from components.deployment.checks import Check, Verdict
from components.widgets.common.elements import plain

_ICONS = {
    Verdict.PASSED: ":green[:material/check_circle:]",
    Verdict.WARNING: ":orange[:material/warning:]",
    Verdict.FAILED: ":red[:material/cancel:]",
}


def show_check(finding: Check) -> None:
    """What was found, and below it what to do where something is."""
    st.markdown(f"{_ICONS[finding.verdict]} **{plain(finding.subject)}**: {plain(finding.what)}")
    if finding.advice:
        st.caption(plain(finding.advice))

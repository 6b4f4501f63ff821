"""Text from elsewhere (file names, answers of AWS, failure reasons) shown as it is."""

import re

import streamlit as st

from components.deployment.checks import Check, Verdict


def download(label: str, data: str | bytes, file_name: str, mime: str, *, key: str) -> None:
    """Draws the button; pressing it changes nothing on the page."""
    st.download_button(label, data, file_name, mime, key=key, on_click="ignore", icon=":material/download:")


_JOINER = "\N{WORD JOINER}"
"""Has no width; what it stands in is no address any more."""


def plain(text: str) -> str:
    """The text with every character escaped to which Markdown would give a meaning of its own.

    Addresses do not become links: the author of a run's name must not be able to send others elsewhere.
    """
    without_links = re.sub(r"(?<=:)(?=//)|(?<=@)(?=\w)|(?<=www)(?=\.)", _JOINER, text, flags=re.IGNORECASE)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", without_links)


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

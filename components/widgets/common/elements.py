"""What every page is made of: buttons, findings, and text from elsewhere (file names, answers of AWS) as it is."""

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from components.deployment.checks import Check, Verdict


def button(
    label: str,
    on_click: Callable[..., None],
    *args: object,
    key: str,
    icon: str = "",
    **looks: Any,  # noqa: ANN401 - st.button knows their types
) -> bool:
    """Draws a button that calls back with `args`; returns whether it was pressed.

    `icon` is the name of a Material icon, `looks` are further options of `st.button`.
    """
    icon = f":material/{icon}:" if icon else ""
    return st.button(label, key=key, icon=icon or None, on_click=on_click, args=args, **looks)


def download(
    label: str, data: str | bytes | Callable[[], str | bytes], file_name: str, mime: str, *, key: str
) -> None:
    """Draws the button; pressing it changes nothing on the page. `data` may be what makes it, called only then."""
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

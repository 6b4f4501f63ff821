"""Which system of a run is looked at."""

from collections.abc import Sequence

import streamlit as st

from components.evaluation.results.scores import SystemScore
from components.evaluation.results.system_labels import system_name
from components.evaluation.runs.records import System


def choose_system(key: str, systems: Sequence[System], scores: Sequence[SystemScore]) -> SystemScore | None:
    """The score of the chosen system; draws a choice only where there are several. None where there is none."""
    if not scores:
        return None
    if len(scores) == 1:
        return scores[0]
    number = st.selectbox(
        "Endpoint",
        range(len(scores)),
        format_func=lambda position: system_name(systems, scores[position].system),
        key=key,
        persist_state="session",
    )
    return scores[number]

"""The figures that stand for a run, in words."""

import streamlit as st

from components.evaluation.headlines import Headline, headlines
from components.evaluation.records import Run
from components.evaluation.run_store import RunStore

_LABELS = {"WER": "Word error rate", "CER": "Character error rate", "mean": "Mean latency"}
_MOST_SYSTEMS = 4


def figures_of(store: RunStore, run: Run) -> list[tuple[str, str]]:
    """What the figures are, each with the endpoints and theirs; while a run is measured there are none."""
    if run.is_running:
        return [("Endpoints", _listed([system.endpoint for system in run.systems]))]
    return [(_LABELS[one.what], _of_systems(run, one)) for one in _headlines(store, run, store.count(run.id))]


# Kept beside what the store keeps, for runs whose process is gone: nobody says that nothing more is added to them.
@st.cache_resource(max_entries=256, show_spinner="Scoring …", hash_funcs={Run: lambda run: run.id})
def _headlines(_store: RunStore, run: Run, count: int) -> list[Headline]:  # noqa: ARG001 - for the cache
    return headlines(_store, run)


def _of_systems(run: Run, found: Headline) -> str:
    unit = "s" if found.what == "mean" else "%"
    return _listed(
        [
            system.endpoint if value is None else f"{system.endpoint} {value:.2f} {unit}"
            for system, value in zip(run.systems, found.values, strict=True)
        ]
    )


def _listed(told: list[str]) -> str:
    more = len(told) - _MOST_SYSTEMS
    return ", ".join([*told[:_MOST_SYSTEMS], *([f"{more} more"] if more > 0 else [])])

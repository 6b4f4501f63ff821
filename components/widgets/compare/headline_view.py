"""The figures that stand for a run, in words."""

from collections.abc import Sequence

import streamlit as st

from components.evaluation.results.figure_cache import MEAN, Headline, figures, headlines
from components.evaluation.results.system_labels import system_names
from components.evaluation.runs.records import Run
from components.evaluation.runs.run_store import RunStore

_LABELS = {"WER": "Word error rate", "CER": "Character error rate", MEAN: "Mean latency"}
_MOST_SYSTEMS = 4


def figures_of(store: RunStore, run: Run) -> list[tuple[str, str]]:
    """What the figures are, each with the endpoints and theirs; while a run is measured there are none."""
    names = system_names(run.systems)
    if run.is_running:
        return [("Endpoints", _listed(names))]
    found = _headlines(store, run, store.count(run.id))
    return [(_label(one), _of_systems(names, one)) for one in found]


# Kept beside what the store keeps, for runs whose process is gone: nobody says that nothing more is added to them.
@st.cache_resource(max_entries=256, show_spinner="Scoring …", hash_funcs={Run: lambda run: run.id})
def _headlines(_store: RunStore, run: Run, count: int) -> list[Headline]:  # noqa: ARG001 - for the cache
    return headlines(run, figures(_store, run))


def _label(found: Headline) -> str:
    return (
        _LABELS[found.what]
        if found.concurrency == 1
        else f"{_LABELS[found.what]}, {found.concurrency} at once"
    )


def _of_systems(names: Sequence[str], found: Headline) -> str:
    unit = "s" if found.what == MEAN else "%"
    return _listed(
        [
            name if value is None else f"{name} {value:.2f}\N{NO-BREAK SPACE}{unit}"
            for name, value in zip(names, found.values, strict=True)
        ]
    )


def _listed(told: Sequence[str]) -> str:
    more = len(told) - _MOST_SYSTEMS
    return ", ".join([*told[:_MOST_SYSTEMS], *([f"{more} more"] if more > 0 else [])])

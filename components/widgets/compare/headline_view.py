"""The figures that stand for a run, in words."""

from collections.abc import Sequence

import streamlit as st

from components.evaluation.results.figure_cache import figures
from components.evaluation.results.system_labels import system_names
from components.evaluation.runs.records import Run, RunKind, System
from components.evaluation.runs.run_store import RunStore

_LABELS = {"WER": "Word error rate", "CER": "Character error rate"}
_MOST_SYSTEMS = 4


def figures_of(store: RunStore, run: Run) -> list[tuple[str, str]]:
    """What the figures are, each with the endpoints and theirs; while a run is measured there are none."""
    names = system_names(run.systems)
    if run.is_running:
        return [("Endpoints", _listed(names))]
    systems = list(zip(names, run.systems, strict=True))
    return [
        (label, _listed([f"{name} {figure.get(system, '')}".rstrip() for name, system in systems]))
        for label, figure in _headlines(store, run, store.count(run.id)).items()
    ]


# Cached beside the store's own cache, for runs whose process is gone: nothing says that they are complete.
@st.cache_resource(max_entries=256, show_spinner="Scoring …", hash_funcs={Run: lambda run: run.id})
def _headlines(_store: RunStore, run: Run, count: int) -> dict[str, dict[System, str]]:  # noqa: ARG001 - for the cache
    """Of an accuracy run its error rates, of a latency run its mean latency at the lowest concurrency, by system.

    An accuracy run has two headlines where errors are counted in words for some of its languages, and in characters for
    others.
    """
    accuracies, latencies = figures(_store, run)
    if run.kind is RunKind.LATENCY:
        lowest = min(run.conditions.concurrency)
        label = "Mean latency" if lowest == 1 else f"Mean latency, {lowest} at once"
        return {label: {one.system: f"{one.seconds:.2f}\N{NO-BREAK SPACE}s" for one in latencies}}
    found: dict[str, dict[System, str]] = {}
    for one in sorted(accuracies, key=lambda one: one.unit, reverse=True):
        found.setdefault(_LABELS[one.unit], {})[one.system] = f"{one.rate:.2f}\N{NO-BREAK SPACE}%"
    return found or {_LABELS["WER"]: {}}


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_SYSTEMS
    return ", ".join([*names[:_MOST_SYSTEMS], *([f"{more} more"] if more > 0 else [])])

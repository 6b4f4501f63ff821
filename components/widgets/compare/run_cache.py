"""The runs on disk, the same for all browser sessions, and what a run comes to, worked out once."""

from collections.abc import Mapping
from itertools import combinations

import streamlit as st

from components.core.settings import Settings
from components.evaluation.results.run_comparison import Pair, pairs
from components.evaluation.results.scores import SystemScore, probability_better, score
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.records import Item, Measurement, Run, RunKind
from components.evaluation.runs.run_store import RunStore

_KEPT = 8
"""Runs in memory: with their alignments those of LibriSpeech's size have some ten megabytes each."""

Measured = tuple[list[Item], list[Measurement]]


@st.cache_resource(show_spinner=False)
def run_store() -> RunStore:
    """The runs in the portal's data folder."""
    return RunStore(Settings().data_dir)


def measured(run: Run) -> Measured:
    """The items and measurements of a run, read anew only where there are more."""
    return _measured(run.id, run_store().count(run.id))


def scores_of(run: Run, normalizer: str | None = None) -> list[SystemScore]:
    """The scores of an accuracy run, by its own normalizer or another."""
    chosen = normalizer or run.conditions.normalizer
    return _scores(run, run_store().count(run.id), chosen) if run.kind is RunKind.ACCURACY else []


def odds_of(run: Run, normalizer: str, unit: Unit) -> Mapping[tuple[int, int], float | None]:
    """For each two systems of an accuracy run the probability that the first one makes fewer errors."""
    return _odds(run, run_store().count(run.id), normalizer, unit)


def pairs_of(first: Run, second: Run, normalizer: str) -> list[Pair]:
    """Every system of one accuracy run with every one of another."""
    return _pairs(first, second, (run_store().count(first.id), run_store().count(second.id)), normalizer)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _measured(run_id: str, count: int) -> Measured:  # noqa: ARG001 - the key: with more there is another answer
    return run_store().items(run_id), run_store().measurements(run_id)


@st.cache_resource(max_entries=_KEPT, show_spinner="Scoring …", hash_funcs={Run: lambda run: run.id})
def _scores(run: Run, count: int, normalizer: str) -> list[SystemScore]:
    return score(run, *_measured(run.id, count), normalizer)


# Thousands of resamples for each two systems: too much for every run of the page's script.
@st.cache_resource(max_entries=64, show_spinner="Comparing …", hash_funcs={Run: lambda run: run.id})
def _odds(run: Run, count: int, normalizer: str, unit: Unit) -> Mapping[tuple[int, int], float | None]:
    both = combinations(_scores(run, count, normalizer), 2)
    return {(a.system, b.system): probability_better(a, b, unit) for a, b in both}


@st.cache_resource(max_entries=64, show_spinner="Comparing …", hash_funcs={Run: lambda run: run.id})
def _pairs(first: Run, second: Run, counts: tuple[int, int], normalizer: str) -> list[Pair]:
    return pairs(
        first, second, (_scores(first, counts[0], normalizer), _scores(second, counts[1], normalizer))
    )

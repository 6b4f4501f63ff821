"""The runs on disk, the same for all browser sessions, and their figures, calculated once."""

import time
from itertools import combinations

import streamlit as st

from components.core.settings import current_settings
from components.evaluation.results.run_comparison import Pair, common, pairs
from components.evaluation.results.scores import SystemScore, probability_better, score
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.database import StoreError
from components.evaluation.runs.records import Item, Measurement, Run
from components.evaluation.runs.run_store import RunStore

_KEPT = 8
"""Runs in memory: with their alignments those of LibriSpeech's size have some ten megabytes each."""


@st.cache_resource(show_spinner=False)
def run_store() -> RunStore:
    """The runs in the portal's data folder."""
    return RunStore(current_settings().data_dir)


def state(run: Run) -> tuple[str, float]:
    """The key of a run in caches, which changes with each measurement."""
    try:
        return run.id, run_store().count(run.id)
    except StoreError:
        # Raised here, Streamlit would wrap it in an error of its own. The function that is called because the key is
        # unknown raises it again.
        return run.id, time.monotonic()


@st.cache_resource(max_entries=_KEPT, show_spinner=False, hash_funcs={Run: state})
def measured(run: Run) -> tuple[list[Item], list[Measurement]]:
    """The items and measurements of a run."""
    return run_store().items(run.id), run_store().measurements(run.id)


@st.cache_resource(max_entries=_KEPT, show_spinner="Scoring …", hash_funcs={Run: state})
def scores_of(run: Run, normalizer: str) -> list[SystemScore]:
    """The scores of an accuracy run."""
    return score(run, *measured(run), normalizer)


# Thousands of resamples for each two systems: too much for every run of the page's script.
@st.cache_resource(max_entries=64, show_spinner="Comparing …", hash_funcs={Run: state})
def odds_of(run: Run, normalizer: str, unit: Unit) -> list[tuple[int, int, float | None, int]]:
    """Each pair of systems, the probability that the first one is better, and how many items both answered."""
    both = combinations(scores_of(run, normalizer), 2)
    return [(a.system, b.system, probability_better(a, b, unit), len(common(a, b, unit))) for a, b in both]


@st.cache_resource(max_entries=64, show_spinner="Comparing …", hash_funcs={Run: state})
def pairs_of(first: Run, second: Run, normalizer: str) -> list[Pair]:
    """Every system of one accuracy run with every one of another."""
    return pairs(first, second, (scores_of(first, normalizer), scores_of(second, normalizer)))

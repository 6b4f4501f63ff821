"""How much of a data set is heard: all, the first utterances, or a sample."""

import streamlit as st

from components.evaluation.datasets.dataset import Dataset, first, sample

ALL, FIRST, SAMPLE = "All", "First", "Random sample"

SANE_COUNT = 200
"""How many utterances are proposed of a larger set: minutes on a laptop, and some 3,500 words of LibriSpeech."""

_LARGEST_SEED = 2**31 - 1


def choose_part(whole: Dataset, token: tuple[str, str]) -> Dataset:
    """Draws the choice, set anew for each data set; `token` tells one from the next."""
    size = len(whole.utterances)
    _begin_anew((*token, size), size)
    part = st.segmented_control(
        "Utterances",
        [ALL, FIRST, SAMPLE],
        key="compare_dataset_part",
        required=True,
        width="stretch",
        persist_state="session",
    )
    if part == ALL:
        return whole
    with st.container(horizontal=True, gap="small"):
        count = st.number_input(
            "How many", 1, size, key="compare_dataset_count", step=1, persist_state="session"
        )
        return first(whole, count) if part == FIRST else sample(whole, count, _choose_seed())


def _begin_anew(of: tuple[str, str, int], size: int) -> None:
    if st.session_state.get("compare_dataset_part_of") != of:
        st.session_state["compare_dataset_part_of"] = of
        st.session_state["compare_dataset_part"] = SAMPLE if size > SANE_COUNT else ALL
        st.session_state["compare_dataset_count"] = min(size, SANE_COUNT)


def _choose_seed() -> int:
    return st.number_input(
        "Seed",
        0,
        _LARGEST_SEED,
        key="compare_dataset_seed",
        step=1,
        help="The same seed draws the same utterances, on any computer.",
        persist_state="session",
    )

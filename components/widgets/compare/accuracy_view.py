"""The view Accuracy: how many words endpoints get wrong."""

import streamlit as st

from components.evaluation.accuracy_plan import AccuracyPlan
from components.evaluation.datasets.dataset import Dataset
from components.evaluation.results.normalizers import NORMALIZERS, WHISPER
from components.evaluation.runs.records import RunKind
from components.widgets.common.elements import plain
from components.widgets.common.navigation import COLUMNS
from components.widgets.common.parameter_form import ParameterForm, show_form
from components.widgets.compare.dataset_choice import choose_dataset
from components.widgets.compare.endpoint_choice import Chosen, candidates, choose_endpoints, obstacle
from components.widgets.compare.run_view import show_runs, show_start

ACCURACY = "Accuracy"
_MOST_AT_ONCE = 16
_EMPTY = "Nothing has been measured yet. Choose endpoints and a data set, then press Measure accuracy."


def show_accuracy() -> None:
    """Lays out the view: what is to be measured, what is under way, the last run."""
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        st.subheader("What is measured", anchor=False)
        chosen = choose_endpoints("compare_accuracy_endpoints")
        dataset = choose_dataset()
    with right:
        form = show_form(chosen[0][1].model if len(chosen) == 1 else None)
        normalizer, at_once = _show_scoring()
        _show_start(chosen, dataset, form, normalizer, at_once)
    show_runs(RunKind.ACCURACY, ACCURACY, _EMPTY)


def _show_scoring() -> tuple[str, int]:
    with st.expander("Scoring and speed", key="compare_accuracy_scoring"):
        normalizer = st.selectbox(
            "Normalizer",
            list(NORMALIZERS),
            format_func=NORMALIZERS.__getitem__,
            key="compare_accuracy_normalizer",
            help="What both texts go through before words are compared. Whisper's own makes figures comparable with "
            "published ones; a run can be scored with another one at any time.",
            persist_state="session",
        )
        at_once = st.number_input(
            "Requests at once",
            1,
            _MOST_AT_ONCE,
            key="compare_accuracy_at_once",
            help="One leaves request times undisturbed; more is sooner done where there are several instances.",
            persist_state="session",
        )
    return normalizer or WHISPER, at_once


def _show_start(
    chosen: Chosen, dataset: Dataset | None, form: ParameterForm, normalizer: str, at_once: int
) -> None:
    known = candidates(chosen)
    missing = None if dataset else "A data set comes first: choose one, or download it."

    def plan() -> AccuracyPlan:
        assert dataset is not None  # noqa: S101 - else there is an obstacle
        return AccuracyPlan(known or (), dataset, form.values, normalizer, at_once)

    show_start("Measure accuracy", ACCURACY, known, plan, obstacle(chosen, form, missing))
    if dataset:
        _warn(chosen, dataset)


def _warn(chosen: Chosen, dataset: Dataset) -> None:
    """Says which endpoints will get languages that they don't know."""
    names = [endpoint.name for _, endpoint in chosen if endpoint.model and not endpoint.model.multilingual]
    foreign = sum(utterance.language != "english" for utterance in dataset.utterances)
    if names and foreign:
        st.warning(
            f"Only English is known to {plain(', '.join(names))}: {foreign} of {len(dataset.utterances)} utterances "
            "are in other languages.",
            icon=":material/warning:",
        )

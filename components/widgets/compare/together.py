"""All endpoints that were measured: accuracy against latency or cost, and which of them are worth their price."""

from collections.abc import Sequence

import streamlit as st

from components.evaluation.kept_figures import Figures, figures
from components.evaluation.normalizers import NORMALIZERS
from components.evaluation.records import Status
from components.evaluation.run_figures import Latency
from components.evaluation.run_store import RunStore
from components.evaluation.together import Comparison, comparisons
from components.widgets.compare.together_chart import AXES, NO_LATENCY, Axis, show_chart
from components.widgets.compare.together_table import show_runs, show_table
from components.widgets.compare.view_button import show_view_button
from components.widgets.plain import plain

_DATASET, _AXIS = "compare_together_dataset", "compare_together_axis"


def show_together(store: RunStore) -> None:
    """Draws the choice of data set and axis, chart and table; or what is missing for them.

    Raises:
        StoreError: the store can't be read.
    """
    measured, timed = _figures(store)
    compared = comparisons(measured, timed)
    if not compared:
        _show_what_is_missing(timed)
        return
    comparison, axis = _choose(compared)
    show_chart(comparison, AXES[axis])
    show_table(comparison, AXES[axis])
    show_runs(comparison)
    _show_missing(comparison, AXES[axis], timed)


def _figures(store: RunStore) -> Figures:
    done = [run for run in store.runs() if run.status is Status.DONE]
    with st.spinner("Scoring the runs …"):
        found = [figures(store, run) for run in done]
    return [one for rates, _ in found for one in rates], [one for _, times in found for one in times]


def _choose(compared: Sequence[Comparison]) -> tuple[Comparison, str]:
    labels = _labels(compared)
    if st.session_state.get(_DATASET) not in labels:
        st.session_state[_DATASET] = next(iter(labels))
    wide, narrow = st.columns((5, 2), gap="medium")
    label = wide.selectbox("Data set", list(labels), key=_DATASET, persist_state="session")
    axis = narrow.segmented_control(
        "Against", list(AXES), default=next(iter(AXES)), key=_AXIS, required=True, persist_state="session"
    )
    return labels[label], axis


def _labels(compared: Sequence[Comparison]) -> dict[str, Comparison]:
    """Those that would read the same have the beginning of their digests behind them."""
    texts = [_label(comparison) for comparison in compared]
    return {
        text if texts.count(text) == 1 else f"{text} · {comparison.latest.digest[:6]}": comparison
        for text, comparison in zip(texts, compared, strict=True)
    }


def _label(comparison: Comparison) -> str:
    about, count = comparison.latest, len(comparison.points)
    systems = "1 endpoint" if count == 1 else f"{count} endpoints"
    selection = f", {about.selection}" if about.selection else ""
    return (
        f"{about.dataset}{selection} · {NORMALIZERS.get(about.normalizer, about.normalizer)} · {about.unit} · "
        f"{systems}"
    )


def _show_what_is_missing(timed: Sequence[Latency]) -> None:
    have = (
        "There are latency runs, and no accuracy run with a data set yet."
        if timed
        else "Nothing has been measured to the end yet."
    )
    st.info(
        f"{have} An endpoint's place in this chart comes from an accuracy run, which tells its error rate, and from a "
        "latency run with one request at a time. The accuracy run's own times serve until there is one.",
        icon=":material/info:",
    )
    _show_links()


def _show_missing(comparison: Comparison, axis: Axis, timed: Sequence[Latency]) -> None:
    without: dict[str, list[str]] = {}
    for point in comparison.points:
        if reason := axis.missing(point):
            without.setdefault(reason, []).append(point.accuracy.system.endpoint)
    for reason, names in without.items():
        st.caption(f"Not in the chart: {plain(', '.join(names))} ({reason}).")
    heard = {point.accuracy.system.endpoint for point in comparison.points}
    # An accuracy run does not bring those here that lack a price.
    others = {latency.system.endpoint for latency in timed if axis.lacks(latency.system) is None} - heard
    if others:
        st.caption(f"Latency measured, but no accuracy on this data set: {plain(', '.join(sorted(others)))}.")
    if others or NO_LATENCY in without:
        _show_links()


def _show_links() -> None:
    with st.container(horizontal=True, gap="small"):
        for view in ("Accuracy", "Latency"):
            show_view_button(f"Measure {view.lower()}", view)

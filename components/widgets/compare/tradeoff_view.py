"""All endpoints that were measured: accuracy against latency or cost, and which of them are worth their price."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st
from streamlit.column_config import CheckboxColumn, DatetimeColumn, NumberColumn, TextColumn

from components.core.formatting import moment
from components.evaluation.results.normalizers import NORMALIZERS
from components.evaluation.results.run_figures import Figures, Latency, figures
from components.evaluation.results.tradeoff import Clock, Comparison, Point, comparisons
from components.evaluation.results.wording import in_words, system_names, told_apart
from components.evaluation.runs.records import RunStatus
from components.evaluation.runs.run_store import RunStore
from components.widgets.common.elements import plain
from components.widgets.compare.chosen_run import show_view_button
from components.widgets.compare.tables import number, show_table
from components.widgets.compare.tradeoff_chart import AXES, NO_LATENCY, Axis, rows_of, show_chart

_DATASET, _CLOCK, _AXIS = "compare_tradeoff_dataset", "compare_tradeoff_clock", "compare_tradeoff_axis"
Choice = TypeVar("Choice")
_COLUMNS = {
    "endpoint": TextColumn("Endpoint", width=200),
    "front": CheckboxColumn("Front", width=60, help="On the Pareto front of the chart above."),
    "rate": NumberColumn("Error rate %"),
    "low": NumberColumn("From", format="%.2f", width=70, help="95 % interval, percentile bootstrap."),
    "high": NumberColumn("To", format="%.2f", width=70, help="95 % interval, percentile bootstrap."),
    "latency": NumberColumn(
        "Latency s", format="%.3f", width=84, help="Mean of a request, at the client, one at a time."
    ),
    "cost": number(
        "USD per hour of audio",
        "%.4f",
        "At one request at a time, with the price that was noted in the run. Empty without a price.",
    ),
    "model": TextColumn("Model"),
    "instance": TextColumn("Instance"),
    "answered": TextColumn("Utterances", help="How many were answered and are in the error rate."),
    "parameters": TextColumn("Parameters", help="Those of the accuracy run."),
    "timed": TextColumn("Latency of", help="What was sent when the latency was measured."),
    "place": TextColumn("Target"),
    "date": DatetimeColumn("Accuracy measured", format="YYYY-MM-DD HH:mm", timezone="UTC"),
}
"""What the figures are, by their names in a row (tradeoff_chart.rows_of), in their order."""


def show_tradeoff(store: RunStore) -> None:
    """Draws the choice of data set and axis, chart and table; or what is missing for them.

    Raises:
        StoreError: the store can't be read.
    """
    measured, timed = _figures(store)
    compared = comparisons(measured, timed)
    if not compared:
        _show_what_is_missing(timed)
        return
    comparison, clock, axis = _choose(compared)
    points = comparison.points(clock)
    show_chart(comparison.latest.unit, points, axis)
    _show_table(comparison.latest.unit, points, axis)
    _show_runs(points)
    _show_missing(points, axis, timed)


def _figures(store: RunStore) -> Figures:
    done = [run for run in store.runs() if run.status is RunStatus.DONE]
    with st.spinner("Scoring the runs …"):
        found = [figures(store, run) for run in done]
    return [one for rates, _ in found for one in rates], [one for _, times in found for one in times]


def _choose(compared: Sequence[Comparison]) -> tuple[Comparison, Clock | None, Axis]:
    wide, narrow = st.columns((5, 2), gap="medium")
    with wide:
        digests = [comparison.latest.run.conditions.digest[:6] for comparison in compared]
        labels = told_apart(list(map(_label, compared)), digests)
        comparison = _choose_one("Data set", _DATASET, dict(zip(labels, compared, strict=True)))
        clock = _choose_clock(comparison.clocks)
    axis = narrow.segmented_control(
        "Against", list(AXES), default=next(iter(AXES)), key=_AXIS, required=True, persist_state="session"
    )
    return comparison, clock, AXES[axis]


def _choose_one(label: str, key: str, offered: Mapping[str, Choice]) -> Choice:
    if st.session_state.get(key) not in offered:
        st.session_state[key] = next(iter(offered))
    return offered[st.selectbox(label, list(offered), key=key, persist_state="session")]


def _choose_clock(clocks: Sequence[Clock]) -> Clock | None:
    """What the latency is that of; the choice is drawn only where there is one."""
    if len(clocks) < 2:  # noqa: PLR2004 - a choice
        return next(iter(clocks), None)
    moments = [f"{clock.latest:%d %B %Y, %H:%M} UTC" for clock in clocks]
    labels = told_apart([clock.label for clock in clocks], moments)
    return _choose_one("Latency of", _CLOCK, dict(zip(labels, clocks, strict=True)))


def _label(comparison: Comparison) -> str:
    about, count = comparison.latest, len(comparison.accuracies)
    conditions = about.run.conditions
    systems = "1 endpoint" if count == 1 else f"{count} endpoints"
    data = ", ".join(filter(None, (conditions.dataset, conditions.selection)))
    normalizer = NORMALIZERS.get(conditions.normalizer, conditions.normalizer)
    return f"{data} · {normalizer} · {about.unit} · {systems}"


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


def _show_missing(points: Sequence[Point], axis: Axis, timed: Sequence[Latency]) -> None:
    without: dict[str, list[str]] = {}
    for point in points:
        if reason := axis.missing(point):
            without.setdefault(reason, []).append(point.name)
    for reason, names in without.items():
        st.caption(f"Not in the chart: {plain(', '.join(names))} ({reason}).")
    heard = {point.accuracy.system for point in points}
    # An accuracy run does not bring those here that lack a price.
    others = {one.system for one in timed if axis.lacks(one.system) is None} - heard
    if others:
        listed = ", ".join(sorted(system_names(list(others))))
        st.caption(f"Latency measured, but no accuracy on this data set: {plain(listed)}.")
    if others or NO_LATENCY in without:
        _show_links()


def _show_links() -> None:
    with st.container(horizontal=True, gap="small"):
        for view in ("Accuracy", "Latency"):
            show_view_button(f"Measure {view.lower()}", view)


def _show_table(unit: str, points: Sequence[Point], axis: Axis) -> None:
    """Draws it, the best first; `unit` is that of the error rates."""
    show_table(
        rows_of(points, axis),
        _COLUMNS | {"rate": NumberColumn(f"{unit} %", format="%.2f", width=70)},
        "Error rates, latencies and costs of the measured endpoints",
        height="content",
        column_order=list(_COLUMNS),
        key="compare_tradeoff_table",
    )
    partial = [point.name for point in points if point.accuracy.answered < point.accuracy.sent]
    if partial:
        st.warning(
            f"Not every utterance was answered, and the error rate counts the answered ones only: "
            f"{plain(', '.join(partial))}. With more than one in a hundred missing, none is on the front.",
            icon=":material/warning:",
        )


def _show_runs(points: Sequence[Point]) -> None:
    """Draws a way to each run that the points come from."""
    figures = [figure for point in points for figure in (point.accuracy, point.latency) if figure]
    runs = {figure.run.id: figure for figure in figures}
    with st.container(horizontal=True, gap="small"):
        for run_id, figure in runs.items():
            kind, parameters = figure.run.kind.value.capitalize(), figure.run.conditions.parameters
            asked = f", {in_words(parameters)}" if parameters else ""
            show_view_button(f"{kind} run of {moment(figure.run.created)}{asked}", kind, run_id)

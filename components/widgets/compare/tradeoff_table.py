"""The same points as a table, with all conditions, and ways to the runs."""

from collections.abc import Sequence

import streamlit as st
from streamlit.column_config import CheckboxColumn, DatetimeColumn, NumberColumn, TextColumn

from components.core.formatting import moment
from components.evaluation.results.run_figures import Accuracy, Latency
from components.evaluation.results.system_labels import in_words
from components.evaluation.results.tradeoff import Point
from components.widgets.common.elements import plain
from components.widgets.compare.chosen_run import show_view_button
from components.widgets.compare.tradeoff_chart import Axis, rows_of

_COLUMNS = {
    "endpoint": TextColumn("Endpoint", width=200),
    "front": CheckboxColumn("Front", width=60, help="On the Pareto front of the chart above."),
    "rate": NumberColumn("Error rate %"),
    "low": NumberColumn("From", format="%.2f", width=70, help="95 % interval, percentile bootstrap."),
    "high": NumberColumn("To", format="%.2f", width=70, help="95 % interval, percentile bootstrap."),
    "latency": NumberColumn(
        "Latency s", format="%.3f", width=84, help="Mean of a request, at the client, one at a time."
    ),
    "cost": NumberColumn(
        "USD per hour of audio",
        format="%.4f",
        help="At one request at a time, with the price that was noted in the run. Empty without a price.",
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


def show_table(unit: str, points: Sequence[Point], axis: Axis) -> None:
    """Draws it, the best first; `unit` is that of the error rates."""
    st.dataframe(
        rows_of(points, axis),
        hide_index=True,
        height="content",
        column_config=_COLUMNS | {"rate": NumberColumn(f"{unit} %", format="%.2f", width=70)},
        column_order=list(_COLUMNS),
        key="compare_tradeoff_table",
        placeholder="",
        alt="Error rates, latencies and costs of the measured endpoints",
    )
    partial = [point.name for point in points if point.accuracy.answered < point.accuracy.sent]
    if partial:
        st.warning(
            f"Not every utterance was answered, and the error rate counts the answered ones only: "
            f"{plain(', '.join(partial))}. With more than one in a hundred missing, none is on the front.",
            icon=":material/warning:",
        )


def show_runs(points: Sequence[Point]) -> None:
    """Draws a way to each run that the points come from."""
    figures = [figure for point in points for figure in (point.accuracy, point.latency) if figure]
    runs = {figure.run.id: figure for figure in figures}
    with st.container(horizontal=True, gap="small"):
        for run_id, figure in runs.items():
            parameters = figure.run.conditions.parameters
            asked = f", {in_words(parameters)}" if parameters else ""
            show_view_button(
                f"{_view(figure)} run of {moment(figure.run.created)}{asked}", _view(figure), run_id
            )


def _view(figure: Accuracy | Latency) -> str:
    by_the_way = isinstance(figure, Accuracy) or figure.by_the_way
    return "Accuracy" if by_the_way else "Latency"

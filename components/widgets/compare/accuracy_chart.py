"""Error rates with their intervals, one line for each endpoint, the published rate as a mark beside."""

from collections.abc import Sequence

import altair as alt
import streamlit as st

from components.evaluation.results.scores import Rate, SystemScore
from components.evaluation.results.system_labels import system_name
from components.evaluation.results.word_errors import Unit
from components.evaluation.runs.records import Run
from components.whisper.models import find_model
from components.widgets.common.theme import accent

_ROW, _AXIS = 48, 60
"""Pixels of one line, and of the axis below all of them."""
_PUBLISHED = "published on LibriSpeech test-clean"


def show_chart(run: Run, scores: Sequence[SystemScore], unit: Unit) -> None:
    """Draws the rates in that unit of the systems that have one, the best first."""
    rated = [(rate, score.system) for score in scores if (rate := score.rate_in(unit))]
    ordered = sorted(rated, key=lambda both: both[0].value or 0.0)
    rows = [_row(run, unit, *both) for both in ordered if both[0].value is not None]
    published = [row for row in rows if row["published"] is not None]
    y = alt.Y(
        "endpoint:N", title=None, sort=[str(row["endpoint"]) for row in rows], axis=alt.Axis(labelLimit=150)
    )
    layers = _measured(rows, y, unit) + (_published(published, y) if published else [])
    chart = alt.layer(*layers).properties(height=_ROW * len(rows) + _AXIS)
    with st.container(key=f"compare_{unit.rate}_{run.id}", gap="xsmall"):
        st.altair_chart(
            chart, width="stretch", alt=f"{unit.rate} of the endpoints; the table below has them all."
        )
        marks = f" Grey marks: {_PUBLISHED}." if published else ""
        st.caption(f"Points are error rates, lines their 95 % intervals; further left is better.{marks}")


def _row(run: Run, unit: Unit, rate: Rate, system: int) -> dict[str, object]:
    # What was published counts words, and those of English speech.
    is_alike = unit is Unit.WORDS and run.conditions.languages == ("english",)
    model = find_model(run.systems[system].model or "") if is_alike else None
    return {
        "endpoint": system_name(run.systems, system),
        "rate": rate.value,
        "low": rate.low,
        "high": rate.high,
        "published": model.word_error_rate if model else None,
    }


def _measured(rows: list[dict[str, object]], y: alt.Y, unit: Unit) -> list[alt.Chart]:
    x = alt.X("low:Q", title=f"{unit.rate}, %", scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=8))
    figures = [alt.Tooltip(f"{name}:Q", format=".2f") for name in ("rate", "low", "high")]
    tooltip = [alt.Tooltip("endpoint:N"), *figures]
    base = alt.Chart({"values": rows}).encode(y=y, tooltip=tooltip)
    return [
        base.mark_rule(strokeWidth=3, opacity=0.6, color=accent()).encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=120, opacity=1, color=accent()).encode(x="rate:Q"),
    ]


def _published(rows: list[dict[str, object]], y: alt.Y) -> list[alt.Chart]:
    tooltip = [alt.Tooltip("endpoint:N"), alt.Tooltip("published:Q", title=_PUBLISHED, format="g")]
    base = alt.Chart({"values": rows}).encode(y=y, tooltip=tooltip)
    return [base.mark_tick(thickness=3, size=24, color="gray").encode(x="published:Q")]

"""The error rates of an accuracy run: a chart with their intervals, and a table; a line or row for each endpoint."""

from collections.abc import Sequence
from operator import itemgetter

import altair as alt
import streamlit as st
from streamlit.column_config import TextColumn

from components.evaluation.results.scores import Rate, SystemScore
from components.evaluation.results.word_errors import Counts, Unit
from components.evaluation.results.wording import system_name
from components.evaluation.runs.records import Run
from components.whisper.models import find_model
from components.widgets.common.theme import accent
from components.widgets.compare.tables import number

_ROW, _AXIS = 48, 60
"""Pixels of one line of the chart, and of the axis below all of them."""
_PUBLISHED = "published on LibriSpeech test-clean"
COLUMNS = {
    "endpoint": TextColumn("Endpoint", width=200),
    "WER %": number("WER %", "%.2f", "Word error rate, pooled: all errors over all reference words."),
    "WER low": number("low", "%.2f", "Lower end of the 95 % interval (percentile bootstrap)."),
    "WER high": number("high", "%.2f", "Upper end of the interval."),
    "CER %": number("CER %", "%.2f", "Character error rate, for languages without spaces between words."),
    "CER low": number("low", "%.2f", "Lower end of its 95 % interval."),
    "CER high": number("high", "%.2f", "Upper end of the interval."),
    "substitutions": number("Sub", None, "Substitutions: words transcribed as another."),
    "deletions": number("Del", None, "Deletions: words left out."),
    "insertions": number("Ins", None, "Insertions: words that were not said."),
    "words": number("Words", None, "Words of the reference, in what was answered."),
    "characters": number("Characters", None, "Characters of the reference, in what was answered."),
    "utterances": number("Answered", None, "Utterances that were answered."),
    "failed": number("Failed", None, "Utterances that were not; they are in no rate."),
    "unsent": number("Not sent", None, "Utterances not sent, as the run or the endpoint was given up."),
    "RTF": number("RTF", "%.3f", "Real-time factor: seconds of requests for a second of audio."),
    "published": number("Published WER %", "%g", "Published for the model on LibriSpeech test-clean."),
    "model": TextColumn("Model"),
}
"""What the figures are, by their names in a row."""


def show_chart(run: Run, scores: Sequence[SystemScore], unit: Unit) -> None:
    """Draws the rates in that unit of the systems that have one, the best first, published rates as marks beside."""
    rated = [(rate.value, rate, s) for s in scores if (rate := s.rate_in(unit)) and rate.value is not None]
    rows = [_chart_row(run, unit, rate, s.system) for _, rate, s in sorted(rated, key=itemgetter(0))]
    y = alt.Y(
        "endpoint:N", title=None, sort=[str(row["endpoint"]) for row in rows], axis=alt.Axis(labelLimit=150)
    )
    x = alt.X("low:Q", title=f"{unit.rate}, %", scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=8))
    endpoint = alt.Tooltip("endpoint:N")
    figures = [alt.Tooltip(f"{name}:Q", format=".2f") for name in ("rate", "low", "high")]
    base = alt.Chart({"values": rows}).encode(y=y, tooltip=[endpoint, *figures])
    layers = [
        base.mark_rule(strokeWidth=3, opacity=0.6, color=accent()).encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=120, opacity=1, color=accent()).encode(x="rate:Q"),
    ]
    marks = ""
    if any(row["published"] is not None for row in rows):
        marks = f" Grey marks: {_PUBLISHED}."
        tooltip = [endpoint, alt.Tooltip("published:Q", title=_PUBLISHED, format="g")]
        tick = base.mark_tick(thickness=3, size=24, color="gray")
        layers.append(tick.encode(x="published:Q", tooltip=tooltip))
    with st.container(key=f"compare_{unit.rate}_{run.id}", gap="xsmall"):
        st.altair_chart(
            alt.layer(*layers).properties(height=_ROW * len(rows) + _AXIS),
            width="stretch",
            alt=f"{unit.rate} of the endpoints; the table below has them all.",
        )
        st.caption(f"Points are error rates, lines their 95 % intervals; further left is better.{marks}")


def _chart_row(run: Run, unit: Unit, rate: Rate, system: int) -> dict[str, object]:
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


def row(run: Run, score: SystemScore) -> dict[str, object]:
    """The figures of one system; None for those that it does not have."""
    system, rate = run.systems[score.system], score.words or score.characters
    # What was published counts words.
    model = find_model(system.model) if system.model and score.words else None
    counts = rate.counts if rate else Counts()
    unsent = run.planned // len(run.systems) - len(score.utterances) - len(score.failures)
    return {
        "endpoint": system_name(run.systems, score.system),
        **_figures("WER", score.words),
        **_figures("CER", score.characters),
        "substitutions": counts.substitutions,
        "deletions": counts.deletions,
        "insertions": counts.insertions,
        "words": None if score.characters and not score.words else counts.reference,
        "characters": score.characters and score.characters.counts.reference,
        "utterances": len(score.utterances),
        "failed": len(score.failures),
        "unsent": unsent or None,
        "RTF": score.real_time_factor,
        "published": model.word_error_rate if model else None,
        "model": system.model,
    }


def _figures(name: str, rate: Rate | None) -> dict[str, object]:
    figures = (rate.value, rate.low, rate.high) if rate else (None, None, None)
    return dict(zip((f"{name} %", f"{name} low", f"{name} high"), figures, strict=True))

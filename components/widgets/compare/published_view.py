"""The published figures: word error rate against latency as a chart, all of them as a table, and a transcribed clip."""

from itertools import groupby
from typing import Any

import altair as alt
import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from components.core.settings import current_settings
from components.evaluation.results import published
from components.evaluation.results.word_errors import align
from components.widgets.common.navigation import DEPLOY
from components.widgets.common.theme import accent
from components.widgets.compare.alignment_view import alignment_html, show_legend
from components.widgets.compare.tables import show_table
from components.widgets.compare.tradeoff_chart import labels

_HEIGHT = 320
_SCALE = alt.Scale(zero=False, nice=False, padding=28)
_TOOLTIP = {
    "model:N": "Model",
    "parameters:Q": "Parameters, millions",
    "y:Q": "WER % on LibriSpeech test-clean",
    "x:Q": "Mean latency, seconds",
}
_COLUMNS = {
    "model": TextColumn("Model", width=150, pinned=True),
    "error_rate": NumberColumn("WER %", format="%g", width=80, help=published.WORD_ERROR_RATE),
    "leaderboard": NumberColumn(
        "Leaderboard WER %", format="%.2f", width=140, help=published.LEADERBOARD_ERROR_RATE
    ),
    "latency": NumberColumn("Mean latency s", format="%g", width=110, help=published.LATENCY),
    "parameters": NumberColumn("Size", format="%d M", width=80, help=published.SIZE),
    "languages": NumberColumn("Languages", width=90, help=published.LANGUAGES),
}


def show_published() -> None:
    """Draws chart, table, and how each model transcribed the blog's clip."""
    st.subheader("Word error rate against latency", anchor=False)
    _show_chart()
    st.subheader("The figures", anchor=False)
    _show_table()
    if not current_settings().read_only:
        _show_links()
    _show_texts()


def _show_chart() -> None:
    points: list[dict[str, Any]] = [
        {"model": m.name, "parameters": m.parameters, "x": m.latency, "y": m.word_error_rate}
        for m in published.PUBLISHED
        if m.latency is not None and m.word_error_rate is not None
    ]
    marks = (
        alt.Chart({"values": points})
        .mark_point(filled=True, size=110, opacity=1, color=accent())
        .encode(
            x=alt.X("x:Q", title="Mean latency, seconds", scale=_SCALE).axis(grid=False, tickCount=6),
            y=alt.Y("y:Q", title="WER %", scale=_SCALE),
            tooltip=[alt.Tooltip(field, title=title) for field, title in _TOOLTIP.items()],
        )
    )
    names = labels([(p["x"], p["y"], p["model"].removeprefix("whisper-")) for p in points])
    st.altair_chart(
        alt.layer(marks, *names).properties(height=_HEIGHT),
        width="stretch",
        alt="Published word error rate against mean latency of six Whisper models; the table below has the figures",
    )
    st.caption(
        "Lower and further left is better. The two newest models are missing: the blog is older than they are. "
        "Conditions and sources stand below the table."
    )


def _show_table() -> None:
    figures = (
        (m.name, m.word_error_rate, m.leaderboard_error_rate, m.latency, m.parameters, m.languages)
        for m in published.PUBLISHED
    )
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in figures]
    about = "Published figures of the Whisper models"
    show_table(rows, _COLUMNS, about, height="content", width="content", key="compare_published")
    st.caption(
        f"**WER %**: {published.WORD_ERROR_RATE}  \n**Leaderboard WER %**: {published.LEADERBOARD_ERROR_RATE}  \n"
        f"**Mean latency**: {published.LATENCY}  \n**Size, languages**: from OpenAI's model cards."
    )


def _show_links() -> None:
    with st.container(key="compare_deploy", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Deploy", width="content")
        for model in published.PUBLISHED:
            st.page_link(
                DEPLOY.script, label=model.name, icon=DEPLOY.icon, query_params={"model": model.name}
            )


def _show_texts() -> None:
    """Draws each text once, under the names of all models that transcribed the clip so."""
    st.subheader("How each model transcribed the blog's clip", anchor=False)
    st.caption(f"Differences from {published.REFERENCE_MODEL} are marked. {published.TEXTS_SOURCE}")
    reference = published.TEXTS[published.REFERENCE_MODEL].split()
    for text, models in groupby(published.TEXTS.items(), key=lambda entry: entry[1]):
        alignment = align(reference, text.split())
        names = ", ".join(name for name, _ in models)
        match alignment.counts.errors:
            case 0:
                note = f"the text of {published.REFERENCE_MODEL}"
            case 1:
                note = "1 word differs"
            case number:
                note = f"{number} words differ"
        st.markdown(f"**{names}** :small[:gray[{note}]]")
        st.html(alignment_html(alignment))
    show_legend()

"""Which words a system mistakes most often."""

from collections.abc import Sequence

import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from components.evaluation.results.scores import SystemScore
from components.evaluation.results.system_labels import system_name
from components.evaluation.results.word_errors import confusions
from components.evaluation.runs.records import System
from components.widgets.compare.system_choice import choose_system

_MOST = 50
_COLUMNS = {
    "kind": TextColumn("What happened", width=140),
    "said": TextColumn("Said"),
    "transcribed": TextColumn("Transcribed"),
    "count": NumberColumn("Times", width=80),
}


def show_confusions(key: str, systems: Sequence[System], scores: Sequence[SystemScore]) -> None:
    """Draws the most frequent confusions of one system, which is chosen here where there are several."""
    st.subheader("Most frequent confusions", anchor=False)
    score = choose_system(f"{key}_system", systems, scores)
    if score is None:
        return
    counted = confusions(utterance.alignment for utterance in score.utterances)
    if not counted:
        st.caption("No word was mistaken." if score.utterances else "Nothing was answered.")
        return
    st.dataframe(
        [
            {"kind": _kind(said, text), "said": said, "transcribed": text, "count": times}
            for (said, text), times in counted.most_common(_MOST)
        ],
        hide_index=True,
        column_config=_COLUMNS,
        key=f"{key}_table",
        placeholder="",
        alt=f"The most frequent confusions of {system_name(systems, score.system)}",
    )
    if len(counted) > _MOST:
        st.caption(f"The {_MOST} most frequent of {len(counted):,} different confusions, as normalized.")
    else:
        st.caption("Words, or characters where a language writes no spaces between words, are as normalized.")


def _kind(said: str, text: str) -> str:
    if not text:
        return "left out"
    return "transcribed as another" if said else "added"

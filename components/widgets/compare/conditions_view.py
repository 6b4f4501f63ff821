"""Under which conditions a run was made, all of them."""

import pandas as pd
import streamlit as st

from components.evaluation.results.conditions import described
from components.evaluation.runs.records import Run
from components.widgets.common.formatting import moment
from components.widgets.common.elements import plain

_MOST_NOTES = 20


def show_conditions(run: Run) -> None:
    """Draws them, folded away until somebody wants to know."""
    with st.expander("Conditions", key=f"compare_conditions_{run.id}", icon=":material/fact_check:"):
        ended = moment(run.ended) if run.ended else "not noted"
        rows = [("Begun", moment(run.created)), ("Ended", ended), *described(run), ("Run", run.id)]
        table = pd.DataFrame(
            [(plain(label), plain(text)) for label, text in rows], columns=["Condition", "Value"]
        )
        st.table(table, border="horizontal", hide_index=True, alt="Conditions of the run")
        _show_notes(run.conditions.notes)


def _show_notes(notes: tuple[str, ...]) -> None:
    if not notes:
        return
    st.markdown("Notes on the data set:")
    more = len(notes) - _MOST_NOTES
    told = [*notes[:_MOST_NOTES], *([f"And {more} more: the JSONL has them all."] if more > 0 else [])]
    st.markdown("\n".join(f"- {plain(note)}" for note in told))

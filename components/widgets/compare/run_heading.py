"""What stands above a run: its name, when it was made, how it ended, and why that was early."""

from collections.abc import Callable
from typing import Literal

import pandas as pd
import streamlit as st

from components.core.formatting import moment
from components.evaluation.results.conditions import described
from components.evaluation.results.exports import as_csv, as_jsonl
from components.evaluation.runs.records import Run, RunStatus
from components.widgets.common.elements import plain
from components.widgets.compare.run_cache import run_store
from components.widgets.compare.under_way import show_progress


def show_downloads(run: Run, normalizer: str | None = None) -> None:
    """Draws the buttons. The CSV's errors are counted by the normalizer, the run's own unless one is given."""
    store = run_store()

    def jsonl() -> bytes:
        return as_jsonl(run, store.items(run.id), store.measurements(run.id)).encode()

    def csv() -> bytes:
        # Excel takes a file without the mark for one of its old encodings.
        text = as_csv(run, store.items(run.id), store.measurements(run.id), normalizer)
        return text.encode("utf-8-sig")

    with st.container(horizontal=True, gap="small", key=f"compare_downloads_{run.id}"):
        _show_button(run, "JSONL", jsonl, "application/jsonl", "Everything that is kept of this run")
        _show_button(run, "CSV", csv, "text/csv", "A row for each request, for spreadsheets")


def _show_button(run: Run, kind: str, data: Callable[[], bytes], mime: str, tip: str) -> None:
    # The file is made when somebody asks for it: a large run takes seconds.
    st.download_button(
        kind,
        data,
        f"{run.kind.value}-{run.id}.{kind.lower()}",
        mime,
        key=f"compare_{kind.lower()}_{run.id}",
        help=tip,
        on_click="ignore",
        icon=":material/download:",
    )


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


_COLORS: dict[RunStatus, Literal["green", "orange", "gray", "red"]] = {
    RunStatus.DONE: "green",
    RunStatus.RUNNING: "orange",
    RunStatus.CANCELLED: "gray",
    RunStatus.FAILED: "red",
    RunStatus.INTERRUPTED: "red",
}


def show_heading(run: Run) -> None:
    """Draws it."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"compare_heading_{run.id}"
    ):
        st.subheader(plain(run.name), anchor=False, width="content")
        run_badge(run)
        st.caption(moment(run.created), width="content")
    if run.is_running:
        show_progress(run_store(), run)
        st.caption("The figures below are those of a moment ago; they are drawn anew when the run has ended.")
    elif run.status is not RunStatus.DONE:
        st.caption(f"{run_store().count(run.id):,} of {run.planned:,} requests were measured.")
    if run.problem:
        st.warning(plain(run.problem), icon=":material/warning:")


def run_badge(run: Run) -> None:
    """How the run stands, as a small badge."""
    st.badge(run.status.value, color=_COLORS[run.status])

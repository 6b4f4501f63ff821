"""What every run is shown with: its name and how it stands above, its conditions and its files below."""

from typing import Literal

import streamlit as st

from components.core.formatting import moment
from components.evaluation.results.exports import as_csv, as_jsonl
from components.evaluation.results.wording import described
from components.evaluation.runs.records import Run, RunStatus
from components.evaluation.runs.run_store import RunNotFoundError
from components.widgets.common.elements import plain
from components.widgets.compare.run_cache import run_store

_COLORS: dict[RunStatus, Literal["green", "orange", "gray", "red"]] = {
    RunStatus.DONE: "green",
    RunStatus.RUNNING: "orange",
    RunStatus.CANCELLED: "gray",
}
_MOST_NOTES = 20


def show_heading(run: Run) -> None:
    """Draws name, date and status, and why it ended early."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"compare_heading_{run.id}"
    ):
        st.subheader(plain(run.name), anchor=False, width="content")
        run_badge(run)
        st.caption(moment(run.created), width="content")
    show_standing(run)
    if run.is_running:
        st.caption("The figures below are those of a moment ago; they are redrawn when the run has ended.")
    if run.problem:
        st.warning(plain(run.problem), icon=":material/warning:")


def run_badge(run: Run) -> None:
    """How the run stands, as a small badge."""
    st.badge(run.status.value, color=_COLORS.get(run.status, "red"))


def show_standing(run: Run) -> None:
    """Draws the progress of a run, whichever process carries it out, or how far it got if it ended early."""
    if run.is_running:
        with st.container(key=f"compare_standing_{run.id}"):
            _watch(run)
    elif run.status is not RunStatus.DONE:
        st.caption(f"{run_store().count(run.id):,} of {run.planned:,} requests were measured.")


@st.fragment(run_every=2.0)
def _watch(run: Run) -> None:
    """Redraws the page when the run has ended or has been deleted."""
    try:
        now, done = run_store().run(run.id), run_store().count(run.id)
    except RunNotFoundError:
        st.rerun()
    if not now.is_running:
        st.rerun()
    share = min(1.0, done / run.planned) if run.planned else 1.0
    st.progress(share, text=f"{done:,} of {run.planned:,} requests")


def show_conditions(run: Run) -> None:
    """Draws them, folded away until somebody wants to know."""
    with st.expander("Conditions", key=f"compare_conditions_{run.id}", icon=":material/fact_check:"):
        ended = moment(run.ended) if run.ended else "not noted"
        rows = [("Begun", moment(run.created)), ("Ended", ended), *described(run), ("Run", run.id)]
        table = [{"Condition": plain(label), "Value": plain(text)} for label, text in rows]
        st.table(table, border="horizontal", hide_index=True, alt="Conditions of the run")
        if notes := [plain(note) for note in run.conditions.notes[:_MOST_NOTES]]:
            st.markdown("Notes on the data set:")
            more = len(run.conditions.notes) - _MOST_NOTES
            told = [*notes, f"And {more} more: the JSONL has them all."] if more > 0 else notes
            st.markdown("\n".join(f"- {note}" for note in told))


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
        for kind, data, mime, tip in (
            ("JSONL", jsonl, "application/jsonl", "Everything that is kept of this run"),
            ("CSV", csv, "text/csv", "A row for each request, for spreadsheets"),
        ):
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

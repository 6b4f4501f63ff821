"""A run as files: everything that is kept of it, and a table of its requests for spreadsheets."""

from collections.abc import Callable

import streamlit as st

from components.evaluation.results.exports import as_csv, as_jsonl
from components.evaluation.runs.records import Run
from components.widgets.compare.run_cache import run_store


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

"""Two runs of the same kind side by side: figures, who is better on the same utterances, and what differed."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from components.core.formatting import moment
from components.evaluation.results.latency_figures import stages
from components.evaluation.results.normalizers import NORMALIZERS
from components.evaluation.results.run_comparison import Pair, differences, in_percent
from components.evaluation.results.wording import in_words, system_name, system_names
from components.evaluation.runs.records import Run, RunKind
from components.widgets.common.elements import plain
from components.widgets.compare import accuracy_figures, latency_table
from components.widgets.compare.run_cache import measured, pairs_of, scores_of
from components.widgets.compare.tables import show_filled

_FIRST, _SECOND = "compare_first", "compare_second"
_A, _B = "A", "B"
_RUN = {"run": TextColumn("Run", pinned=True)}
_PAIR = {
    _A: TextColumn(_A, width=170),
    _B: TextColumn(_B, width=170),
    "A %": NumberColumn(format="%.2f"),
    "B %": NumberColumn(format="%.2f"),
    "gain": NumberColumn("Fewer errors in B", format="%.2f"),
    "better": TextColumn("B is better with"),
    "utterances": NumberColumn("Utterances"),
}


def show_comparison(runs: Sequence[Run]) -> None:
    """Draws the choice of two runs, and what comes of it."""
    by_kind = [[run for run in runs if run.kind is kind and not run.is_running] for kind in RunKind]
    comparable = [run for run in runs if any(run in same and len(same) > 1 for same in by_kind)]
    if not comparable:
        return
    with st.expander("Compare two runs", key="compare_two", icon=":material/compare:"):
        left, right = st.columns(2)
        with left:
            first = _choose("Run A", _FIRST, comparable)
        with right:
            others = [run for run in comparable if first and run.kind is first.kind and run.id != first.id]
            second = _choose("Run B", _SECOND, others)
        if first and second:
            _show(first, second)


def _choose(label: str, key: str, runs: Sequence[Run]) -> Run | None:
    known = {run.id: run for run in runs}
    if st.session_state.get(key) not in known:
        # Deleted in the meantime, or of another kind than the other one is now.
        st.session_state[key] = None
    chosen = st.selectbox(
        label,
        list(known),
        index=None,
        format_func=lambda run_id: _label(known[run_id]),
        key=key,
        placeholder="Choose a run",
        disabled=not known,
        persist_state="session",
    )
    return known.get(chosen or "")


def _label(run: Run) -> str:
    """With what tells runs of the same name apart."""
    parameters = run.conditions.parameters
    asked = [in_words(parameters)] if parameters else []
    return " · ".join([run.name, ", ".join(system_names(run.systems)), *asked, moment(run.created)])


def _show(first: Run, second: Run) -> None:
    both = {_A: first, _B: second}
    if first.kind is RunKind.ACCURACY:
        _show_accuracy(both)
    else:
        rows = [row for letter, run in both.items() for row in _latency_rows(letter, run)]
        show_filled(rows, _RUN | latency_table.COLUMNS, "Times of both runs")
        st.caption("Times in seconds at the client, warm-up left out; throughput in answers a second.")
    _show_differences(first, second)


def _latency_rows(letter: str, run: Run) -> list[dict[str, object]]:
    items, found = measured(run)
    return [{"run": letter, **latency_table.row(run, items, stage)} for stage in stages(run, items, found)]


def _show_accuracy(both: Mapping[str, Run]) -> None:
    first, second = both.values()
    normalizer = first.conditions.normalizer
    rows = [
        {"run": letter, **accuracy_figures.row(run, score)}
        for letter, run in both.items()
        for score in scores_of(run, normalizer)
    ]
    show_filled(rows, _RUN | accuracy_figures.COLUMNS, "Error rates of both runs")
    st.caption(f"Both scored with: {NORMALIZERS[normalizer]}, the choice of run A. Rates in percent, pooled.")
    if found := pairs_of(first, second, normalizer):
        show_filled([_pair_row(first, second, pair) for pair in found], _PAIR, "Both runs, pair by pair")
        st.caption(
            "Over the utterances that both systems answered. Fewer errors in B: percentage points, negative where B "
            "makes more. The probability comes from 10,000 resamples of these utterances."
        )
    else:
        st.info(
            "Choose runs over the same utterances to learn which of two is better.",
            title="The two runs did not hear the same",
            icon=":material/info:",
        )


def _pair_row(first: Run, second: Run, pair: Pair) -> dict[str, object]:
    return {
        "A": system_name(first.systems, pair.first),
        "B": system_name(second.systems, pair.second),
        "A %": pair.first_rate,
        "B %": pair.second_rate,
        "gain": pair.gain,
        "better": None if pair.second_better is None else in_percent(pair.second_better),
        "utterances": pair.utterances,
    }


def _show_differences(first: Run, second: Run) -> None:
    found = differences(first, second)
    if not found:
        st.caption("Both were measured under the same conditions.")
        return
    st.markdown("**What differed**")
    rows = [dict(zip(("Condition", _A, _B), map(plain, each), strict=True)) for each in found]
    st.table(rows, border="horizontal", hide_index=True, alt="Conditions that differed between the runs")

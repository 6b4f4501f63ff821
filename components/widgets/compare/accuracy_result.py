"""An accuracy run in full: rates with their intervals, who is better, what was misheard, and the conditions."""

from collections.abc import Iterator, Sequence

import streamlit as st

from components.evaluation.results.normalizers import NORMALIZERS, normalizer_label
from components.evaluation.results.published import WORD_ERROR_RATE
from components.evaluation.results.run_comparison import verdict
from components.evaluation.results.scores import SystemScore, units
from components.evaluation.results.word_errors import Unit
from components.evaluation.results.wording import system_name
from components.evaluation.runs.records import Item, Run, RunStatus
from components.widgets.common.elements import plain
from components.widgets.compare.accuracy_figures import COLUMNS, row, show_chart
from components.widgets.compare.run_cache import measured, odds_of, scores_of
from components.widgets.compare.run_frame import show_conditions, show_downloads, show_heading
from components.widgets.compare.tables import show_filled
from components.widgets.compare.utterance_list import show_confusions, show_utterances


def show_accuracy_run(run: Run) -> None:
    """Draws the run."""
    show_heading(run)
    normalizer = _choose_normalizer(run)
    scores, (items, _) = scores_of(run, normalizer), measured(run)
    rows = [row(run, score) for score in scores]
    for unit in units(scores):
        show_chart(run, scores, unit)
        for line in _verdicts(run, normalizer, unit):
            st.markdown(line)
    if not units(scores):
        st.warning("Not one utterance was answered: there is nothing to score.", icon=":material/warning:")
    show_filled(rows, COLUMNS, "Error rates of the endpoints")
    labels = _labels(run, items, normalizer)
    st.caption(_explained(run, scores, labels, has_published=any(one["published"] for one in rows)))
    show_downloads(run, normalizer)
    show_confusions(f"compare_confusions_{run.id}", run.systems, scores)
    show_utterances(f"compare_utterances_{run.id}", run.systems, scores, items)
    show_conditions(run)


def _choose_normalizer(run: Run) -> str:
    names = list(NORMALIZERS)
    return st.selectbox(
        "Scored with",
        names,
        names.index(run.conditions.normalizer),
        format_func=NORMALIZERS.__getitem__,
        key=f"compare_normalizer_{run.id}",
        help="Rescores the raw texts of this run; no endpoint is called.",
        persist_state="session",
    )


def _verdicts(run: Run, normalizer: str, unit: Unit) -> Iterator[str]:
    """One sentence for each two systems: which is better, and how sure that is."""
    for *both, probability, shared in odds_of(run, normalizer, unit):
        if probability is not None:
            one, other = (f"**{plain(system_name(run.systems, number))}**" for number in both)
            yield f"{verdict(one, other, unit, probability)}, over the {shared} utterances that both answered."


def _explained(run: Run, scores: Sequence[SystemScore], labels: str, *, has_published: bool) -> str:
    """The conditions that the figures can't do without."""
    conditions = run.conditions
    heard = f"{plain(conditions.dataset)}, {plain(conditions.selection)}; {plain(labels)}"
    heard += "" if run.status is RunStatus.DONE else ", as far as they were measured"
    parts = [f"{heard}. Rates are pooled over the utterances; intervals: 95 %, percentile bootstrap."]
    if any(score.failures for score in scores):
        parts.append("Failed utterances are in no rate: each system is judged by what it answered.")
    if has_published:
        parts.append(
            f"Published: {WORD_ERROR_RATE} Where texts or normalizer differ, so does what a rate means."
        )
    if any(score.words and score.characters for score in scores):
        parts.append("Substitutions, deletions and insertions are those of words.")
    if len(scores) > 1:
        parts.append("Probabilities come from resamples of what both of two systems answered.")
    if conditions.concurrency[0] > 1:
        parts.append(f"{conditions.concurrency[0]} requests were under way at once: the RTF says so.")
    return " ".join(parts)


def _labels(run: Run, items: Sequence[Item], normalizer: str) -> str:
    """The names of the normalizers that were used on these languages."""
    translated = run.conditions.parameters.get("task") == "translate"
    languages = {"english"} if translated else {item.language for item in items}
    return ", ".join(sorted({normalizer_label(normalizer, language) for language in languages}))

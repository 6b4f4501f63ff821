"""The figures of an accuracy run as a table, a row for each endpoint."""

from collections.abc import Iterable, Mapping

import pandas as pd
from streamlit.column_config import NumberColumn, TextColumn

from components.evaluation.results.scores import Rate, SystemScore
from components.evaluation.results.system_labels import system_name
from components.evaluation.results.word_errors import Counts
from components.evaluation.runs.records import Run
from components.whisper.models import find_model

COLUMNS = {
    "endpoint": TextColumn("Endpoint", width=200),
    "WER %": NumberColumn(
        format="%.2f", help="Word error rate, pooled: all errors over all reference words."
    ),
    "WER low": NumberColumn(
        "low", format="%.2f", help="Lower end of the 95 % interval (percentile bootstrap)."
    ),
    "WER high": NumberColumn("high", format="%.2f", help="Upper end of the interval."),
    "CER %": NumberColumn(
        format="%.2f", help="Character error rate, for languages that write no spaces between words."
    ),
    "CER low": NumberColumn("low", format="%.2f", help="Lower end of its 95 % interval."),
    "CER high": NumberColumn("high", format="%.2f", help="Upper end of the interval."),
    "substitutions": NumberColumn("Sub", help="Substitutions: words transcribed as another."),
    "deletions": NumberColumn("Del", help="Deletions: words left out."),
    "insertions": NumberColumn("Ins", help="Insertions: words that were not said."),
    "words": NumberColumn("Words", help="Words of the reference, in what was answered."),
    "characters": NumberColumn("Characters", help="Characters of the reference, in what was answered."),
    "utterances": NumberColumn("Answered", help="Utterances that were answered."),
    "failed": NumberColumn("Failed", help="Utterances that were not; they are in no rate."),
    "unsent": NumberColumn(
        "Not sent", help="Utterances that were not sent, as the run or the endpoint was given up."
    ),
    "RTF": NumberColumn(format="%.3f", help="Real-time factor: seconds of requests for a second of audio."),
    "published": NumberColumn(
        "Published WER %", format="%g", help="What was published for the model on LibriSpeech test-clean."
    ),
    "model": TextColumn("Model"),
}
"""What the figures are, by their names in a row."""


def table(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """The rows without the columns in which none of them has anything."""
    return pd.DataFrame([dict(row) for row in rows]).dropna(axis="columns", how="all")


def row(run: Run, score: SystemScore) -> dict[str, object]:
    """What one system came to; None is what it does not have."""
    system, rate = run.systems[score.system], score.rate
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

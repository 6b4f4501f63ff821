"""One utterance as HTML: its figures, its alignment, and the texts as they came."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from components.evaluation.results.scores import ScoredUtterance
from components.evaluation.runs.records import Item
from components.widgets.compare.alignment_view import alignment_html


@dataclass(frozen=True)
class OtherHypothesis:
    """The text of another system."""

    endpoint: str
    text: str


def utterance_html(item: Item, utterance: ScoredUtterance, others: Iterable[OtherHypothesis]) -> str:
    """All of it; every text is escaped. The raw texts are folded away."""
    alignment = alignment_html(utterance.alignment, is_characters=utterance.is_characters)
    texts = [
        ("Reference, as the data set has it", item.reference),
        ("Hypothesis, as it came", utterance.text),
        *((f"Hypothesis of {other.endpoint}", other.text) for other in others),
    ]
    return (
        f'<section class="utterance"><h4><strong>{escape(item.id)}</strong> · {_figures(utterance)}</h4>{alignment}'
        f"<details><summary>Texts as they came</summary><dl>{''.join(map(_text, texts))}</dl></details></section>"
    )


def _figures(utterance: ScoredUtterance) -> str:
    counts = utterance.alignment.counts
    unit = "character" if utterance.is_characters else "word"
    errors = "1 error" if counts.errors == 1 else f"{counts.errors} errors"
    words = f"1 {unit}" if counts.reference == 1 else f"{counts.reference} {unit}s"
    rate = "" if counts.rate is None else f" · {counts.rate:.1f} %"
    return f"{errors} in {words}{rate}"


def _text(entry: tuple[str, str]) -> str:
    label, text = entry
    return f'<dt>{escape(label)}</dt><dd dir="auto">{escape(text) or "(nothing)"}</dd>'

"""The utterances of an accuracy run, the worst first, and the words most often confused."""

from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from components.evaluation.results.scores import ScoredUtterance, SystemScore
from components.evaluation.results.word_errors import confusions
from components.evaluation.results.wording import system_name
from components.evaluation.runs.records import Item, Measurement, System
from components.widgets.compare.alignment_view import alignment_html, show_legend
from components.widgets.compare.tables import show_table

_PAGE = 20
_ORDERS: dict[str, Callable[[ScoredUtterance], tuple[float, ...]]] = {
    "Most errors": lambda u: (-u.alignment.counts.errors, -_rate(u), u.item),
    "Highest rate": lambda u: (-_rate(u), -u.alignment.counts.errors, u.item),
    "Data set": lambda u: (u.item,),
}
_MOST_CONFUSIONS = 50
_KINDS = {(True, True): "transcribed as another", (True, False): "left out", (False, True): "added"}
_CONFUSIONS = {
    "kind": TextColumn("What happened", width=140),
    "said": TextColumn("Said"),
    "transcribed": TextColumn("Transcribed"),
    "count": NumberColumn("Times", width=80),
}


@st.fragment
def show_utterances(
    key: str, systems: Sequence[System], scores: Sequence[SystemScore], items: Sequence[Item]
) -> None:
    """Draws choice of system, order and search, then a page of utterances; the failed requests below them.

    `key` tells this list from others on the page.
    """
    st.subheader("Utterances", anchor=False)
    with st.container(key=f"{key}_choices"):
        score, order, sought = _choose(key, systems, scores)
    if score is None:
        return
    found = [u for u in sorted(score.utterances, key=_ORDERS[order]) if _matches(u, items[u.item], sought)]
    if found:
        show_legend()
    else:
        st.caption("No utterance has that in its id or its texts." if sought else "Nothing was answered.")
    others = [other for other in scores if other.system != score.system]
    shown = _page(f"{key}_{score.system}_{order}", found)
    with st.container(gap=None):
        for utterance in shown:
            hypotheses = [
                (system_name(systems, other.system), same.text)
                for other in others
                for same in other.utterances
                if same.item == utterance.item
            ]
            st.html(utterance_html(items[utterance.item], utterance, hypotheses))
    _show_failures(key, score.failures, items)


def _choose(
    key: str, systems: Sequence[System], scores: Sequence[SystemScore]
) -> tuple[SystemScore | None, str, str]:
    places = st.columns((3, 3, 4) if len(scores) > 1 else (3, 4), vertical_alignment="bottom", gap="small")
    with places[0]:
        score = _choose_system(f"{key}_system", systems, scores)
    order = places[-2].selectbox("First", list(_ORDERS), key=f"{key}_order", persist_state="session")
    sought = places[-1].text_input("Search in ids and texts", key=f"{key}_search", persist_state="session")
    return score, order, sought.strip().casefold()


def _choose_system(key: str, systems: Sequence[System], scores: Sequence[SystemScore]) -> SystemScore | None:
    """The score of the chosen system; draws a choice only where there are several. None where there is none."""
    if len(scores) < 2:  # noqa: PLR2004 - a choice
        return next(iter(scores), None)
    number = st.selectbox(
        "Endpoint",
        range(len(scores)),
        format_func=lambda position: system_name(systems, scores[position].system),
        key=key,
        persist_state="session",
    )
    return scores[number]


def _rate(utterance: ScoredUtterance) -> float:
    """Percent; insertions where nothing was said are worse than any rate."""
    counts = utterance.alignment.counts
    if counts.rate is None:
        return float("inf") if counts.errors else 0.0
    return counts.rate


def _matches(utterance: ScoredUtterance, item: Item, sought: str) -> bool:
    return any(sought in text.casefold() for text in (item.id, item.reference, utterance.text))


def _page(key: str, found: Sequence[ScoredUtterance]) -> Sequence[ScoredUtterance]:
    pages = -(-len(found) // _PAGE)
    if pages <= 1:
        return found
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        # Another order or number of pages is another widget: it begins with its first page.
        number = st.pagination(pages, key=f"{key}_of_{pages}")
        st.caption(f"{len(found):,} utterances")
    return found[(number - 1) * _PAGE : number * _PAGE]


def utterance_html(item: Item, utterance: ScoredUtterance, others: Iterable[tuple[str, str]]) -> str:
    """Figures, alignment, and the raw texts folded away; every text is escaped.

    `others` are the names of the other systems with what they transcribed.
    """
    alignment = alignment_html(utterance.alignment, is_characters=utterance.is_characters)
    texts = [
        ("Reference, as the data set has it", item.reference),
        ("Hypothesis, as it came", utterance.text),
        *((f"Hypothesis of {endpoint}", text) for endpoint, text in others),
    ]
    entries = (
        f'<dt>{escape(label)}</dt><dd dir="auto">{escape(text) or "(nothing)"}</dd>' for label, text in texts
    )
    return (
        f'<section class="utterance"><h4><strong>{escape(item.id)}</strong> · {_figures(utterance)}</h4>{alignment}'
        f"<details><summary>Texts as they came</summary><dl>{''.join(entries)}</dl></details></section>"
    )


def _figures(utterance: ScoredUtterance) -> str:
    counts = utterance.alignment.counts
    unit = "character" if utterance.is_characters else "word"
    errors = "1 error" if counts.errors == 1 else f"{counts.errors} errors"
    words = f"1 {unit}" if counts.reference == 1 else f"{counts.reference} {unit}s"
    rate = "" if counts.rate is None else f" · {counts.rate:.1f} %"
    return f"{errors} in {words}{rate}"


def _show_failures(key: str, failures: Sequence[Measurement], items: Sequence[Item]) -> None:
    if not failures:
        return
    st.markdown(f"**Failed requests: {len(failures):,}**")
    rows = [{"Utterance": items[f.item].id, "Error": f.error, "Message": f.message} for f in failures]
    alt = "The requests that failed, with what the endpoint or the portal said"
    show_table(rows, {}, alt, key=f"{key}_failures")


def show_confusions(key: str, systems: Sequence[System], scores: Sequence[SystemScore]) -> None:
    """Draws the most frequent confusions of one system, which is chosen here where there are several."""
    st.subheader("Most frequent confusions", anchor=False)
    score = _choose_system(f"{key}_system", systems, scores)
    if score is None:
        return
    counted = confusions(utterance.alignment for utterance in score.utterances)
    if not counted:
        st.caption("No word was mistaken." if score.utterances else "Nothing was answered.")
        return
    rows = [
        {"kind": _KINDS[bool(said), bool(text)], "said": said, "transcribed": text, "count": times}
        for (said, text), times in counted.most_common(_MOST_CONFUSIONS)
    ]
    alt = f"The most frequent confusions of {system_name(systems, score.system)}"
    show_table(rows, _CONFUSIONS, alt, key=f"{key}_table")
    if len(counted) > _MOST_CONFUSIONS:
        st.caption(
            f"The {_MOST_CONFUSIONS} most frequent of {len(counted):,} different confusions, as normalized."
        )
    else:
        st.caption("Words, or characters where a language writes no spaces between words, are as normalized.")

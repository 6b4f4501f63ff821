"""The utterances of an accuracy run, the worst first, each with its alignment."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.evaluation.results.scores import ScoredUtterance, SystemScore
from components.evaluation.results.system_labels import system_name
from components.evaluation.runs.records import Item, Measurement, System
from components.widgets.compare.alignment_view import show_legend
from components.widgets.compare.system_choice import choose_system
from components.widgets.compare.utterance_view import OtherHypothesis, utterance_html

_PAGE = 20
_ORDERS: dict[str, Callable[[ScoredUtterance], tuple[float, ...]]] = {
    "Most errors": lambda u: (-u.alignment.counts.errors, -_rate(u), u.item),
    "Highest rate": lambda u: (-_rate(u), -u.alignment.counts.errors, u.item),
    "Data set": lambda u: (u.item,),
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
            st.html(
                utterance_html(items[utterance.item], utterance, _hypotheses(utterance.item, systems, others))
            )
    _show_failures(key, score.failures, items)


def _choose(
    key: str, systems: Sequence[System], scores: Sequence[SystemScore]
) -> tuple[SystemScore | None, str, str]:
    places = st.columns((3, 3, 4) if len(scores) > 1 else (3, 4), vertical_alignment="bottom", gap="small")
    if len(scores) > 1:
        with places[0]:
            score = choose_system(f"{key}_system", systems, scores)
    else:
        score = scores[0] if scores else None
    order = places[-2].selectbox("First", list(_ORDERS), key=f"{key}_order", persist_state="session")
    sought = places[-1].text_input("Search in ids and texts", key=f"{key}_search", persist_state="session")
    return score, order, sought.strip().casefold()


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


def _hypotheses(item: int, systems: Sequence[System], others: Sequence[SystemScore]) -> list[OtherHypothesis]:
    return [
        OtherHypothesis(system_name(systems, other.system), utterance.text)
        for other in others
        for utterance in other.utterances
        if utterance.item == item
    ]


def _show_failures(key: str, failures: Sequence[Measurement], items: Sequence[Item]) -> None:
    if not failures:
        return
    st.markdown(f"**Failed requests: {len(failures):,}**")
    st.dataframe(
        {
            "Utterance": [items[failure.item].id for failure in failures],
            "Error": [failure.error for failure in failures],
            "Message": [failure.message for failure in failures],
        },
        hide_index=True,
        key=f"{key}_failures",
        placeholder="",
        alt="The requests that failed, with what the endpoint or the portal said",
    )

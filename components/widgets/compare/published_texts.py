"""What each model heard in the blog's sample clip, with its differences from large-v2."""

from itertools import groupby

import streamlit as st

from components.evaluation.results import published
from components.evaluation.results.word_errors import Counts, align
from components.widgets.compare.alignment_view import alignment_html, show_legend


def show_heard() -> None:
    """Draws each text once, under the names of all models that heard it."""
    st.subheader("What each model heard in the blog's clip", anchor=False)
    st.caption(f"Differences from {published.REFERENCE_MODEL} are marked. {published.HEARD_SOURCE}")
    reference = published.HEARD[published.REFERENCE_MODEL].split()
    for text, heard in groupby(published.HEARD.items(), key=lambda entry: entry[1]):
        alignment = align(reference, text.split())
        names = ", ".join(name for name, _ in heard)
        st.markdown(f"**{names}** :small[:gray[{_in_words(alignment.counts)}]]")
        st.html(alignment_html(alignment))
    show_legend()


def _in_words(counts: Counts) -> str:
    match counts.errors:
        case 0:
            return f"the text of {published.REFERENCE_MODEL}"
        case 1:
            return "1 word differs"
        case number:
            return f"{number} words differ"

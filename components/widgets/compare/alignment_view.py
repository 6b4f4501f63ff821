"""A word alignment as HTML: what was not heard is struck through, what was heard instead is underlined.

Colour adds to that and is needed by nobody; a screen reader hears words instead (styles.css, `.alignment`).
"""

from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import groupby
from operator import attrgetter
from unicodedata import bidirectional

import streamlit as st

from components.evaluation.results.word_errors import AlignedWord, Alignment, Op

_LEGEND = (
    '<p class="alignment alignment-legend"><del>struck through</del> said, but not heard '
    "&nbsp; <ins>underlined</ins> heard, but not said "
    '&nbsp; <span class="alignment-pair"><del>said</del><ins>heard</ins></span> heard instead of it</p>'
)


def alignment_html(alignment: Alignment, *, is_characters: bool = False) -> str:
    """One paragraph; every text is escaped. Characters stand without spaces between them.

    Its direction is that of the reference, also where it begins with a word of another script.
    """
    if not alignment.words:
        return '<p class="alignment">No words, neither said nor heard.</p>'
    # Characters with the same fate stand together: marks between single ones would tear signs apart.
    chunks = groupby(alignment.words, key=attrgetter("op") if is_characters else id)
    text = ("" if is_characters else " ").join(_chunk(list(words)) for _, words in chunks)
    return f'<p class="alignment" dir="{_direction(alignment.words)}">{text}</p>'


def _direction(words: Sequence[AlignedWord]) -> str:
    """That of most letters of the reference, or of what was heard where nothing was said."""
    said = "".join(word.reference or "" for word in words) or "".join(word.hypothesis or "" for word in words)
    kinds = Counter(map(bidirectional, said))
    return "rtl" if kinds["R"] + kinds["AL"] > kinds["L"] else "ltr"


def show_legend() -> None:
    """Says once what the marks mean."""
    st.html(_LEGEND)


def _chunk(words: Sequence[AlignedWord]) -> str:
    said = escape("".join(word.reference or "" for word in words))
    heard = escape("".join(word.hypothesis or "" for word in words))
    match words[0].op:
        case Op.EQUAL:
            return said
        case Op.DELETE:
            return f"<del>{_spoken('left out:')}{said}</del>"
        case Op.INSERT:
            return f"<ins>{_spoken('added:')}{heard}</ins>"
        case Op.SUBSTITUTE:
            return (
                f'<span class="alignment-pair"><del>{said}</del>'
                f"<ins>{_spoken('was heard as')}{heard}</ins></span>"
            )


def _spoken(text: str) -> str:
    # With a direction of its own it has no say in that of the paragraph.
    return f'<span class="spoken" dir="ltr"> {text} </span>'

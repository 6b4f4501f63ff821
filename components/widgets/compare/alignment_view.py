"""A word alignment as HTML: what was not heard is struck through, what was heard instead is underlined.

Colour adds to that and is needed by nobody; a screen reader hears words instead (styles.css, `.alignment`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
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
    chunks = _runs(alignment.words) if is_characters else ((word.op, [word]) for word in alignment.words)
    glue = "" if is_characters else " "
    text = glue.join(_chunk(op, words) for op, words in chunks)
    return f'<p class="alignment" dir="{_direction(alignment.words)}">{text}</p>'


def _direction(words: Sequence[AlignedWord]) -> str:
    """That of most letters of the reference, or of what was heard where nothing was said."""
    said = "".join(word.reference or "" for word in words) or "".join(word.hypothesis or "" for word in words)
    kinds = Counter(map(bidirectional, said))
    return "rtl" if kinds["R"] + kinds["AL"] > kinds["L"] else "ltr"


def show_legend() -> None:
    """Says once what the marks mean."""
    st.html(_LEGEND)


def _runs(words: Iterable[AlignedWord]) -> Iterator[tuple[Op, Sequence[AlignedWord]]]:
    """Neighbours with the same fate together: marks between single characters would tear signs apart."""
    for op, run in groupby(words, key=lambda word: word.op):
        yield op, list(run)


def _chunk(op: Op, words: Sequence[AlignedWord]) -> str:
    said = escape("".join(word.reference or "" for word in words))
    heard = escape("".join(word.hypothesis or "" for word in words))
    match op:
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

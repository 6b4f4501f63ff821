"""Joins texts of pieces that share some seconds: what both heard stands once, and nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import pairwise

from components.writing import bare, tokens, weight

_WORDS_A_SECOND = 5.0
"""Faster than anybody speaks for long: as many words can be in what two pieces share."""
_FEWEST = 2.0
"""Words in a row that must agree; one alone agrees by chance."""


@dataclass(frozen=True)
class _Token:
    """What is compared of a token, where it begins in its text, and how much of a word it is."""

    bare: str
    begin: int
    weight: float


def seam(before: str, after: str, shared: float) -> tuple[int, int]:
    """Up to which letter the earlier text stays, and from which letter of the later one it goes on.

    Both are cut in the middle of what they agree on within the `shared` seconds: a text is least sure of itself at its
    ends. Where they agree on nothing, everything stays.
    """
    most = shared * _WORDS_A_SECOND
    tail = _first(_compared(before)[::-1], most)[::-1]
    head = _first(_compared(after), most)
    matcher = SequenceMatcher(None, [t.bare for t in tail], [t.bare for t in head], autojunk=False)

    def words(block: Match) -> float:
        return sum(token.weight for token in head[block.b : block.b + block.size])

    best = max(matcher.get_matching_blocks(), key=words)
    if words(best) < _FEWEST:
        return len(before), 0
    middle = best.size // 2
    return tail[best.a + middle].begin, head[best.b + middle].begin


def without_doubles(texts: Sequence[str], shared: Sequence[float]) -> list[str]:
    """What stays of each text; `shared` is what each has in common with the one before, in seconds.

    0 where a text begins anew.
    """
    begins, ends = [0] * len(texts), [len(text) for text in texts]
    for (one, before), (other, after) in pairwise(enumerate(texts)):
        if shared[other] > 0:
            ends[one], begins[other] = seam(before, after, shared[other])
    return [text[begin:end].strip() for text, begin, end in zip(texts, begins, ends, strict=True)]


def _compared(text: str) -> list[_Token]:
    """Its tokens but for those that are punctuation alone, on which all texts would agree."""
    found, at = [], 0
    for token in tokens(text):
        if letters := bare(token):
            found.append(_Token(letters, at, weight(token)))
        at += len(token)
    return found


def _first(found: Sequence[_Token], most: float) -> list[_Token]:
    """The first ones, up to so many words."""
    kept: list[_Token] = []
    for token in found:
        most -= token.weight
        if most < 0:
            break
        kept.append(token)
    return kept

"""Joins texts of chunks that share some seconds: what both contain is there once, and nothing is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from components.core.text import bare, tokens, weight

_WORDS_A_SECOND = 5.0
"""Faster than anybody speaks for long: as many words can be in what two chunks share."""
_FEWEST = 2.0
"""Words in a row that must agree; one alone agrees by chance."""


@dataclass(frozen=True)
class _Token:
    """What is compared of a token, where it begins in its text, and how much of a word it is."""

    bare: str
    begin: int
    weight: float


def find_cut(before: str, after: str, shared: float) -> tuple[int, int]:
    """Up to which letter the earlier text stays, and from which letter of the later one it goes on.

    Both are cut in the middle of what they agree on within the `shared` seconds: a text is least sure of itself at its
    ends. Where they agree on nothing, everything stays.
    """
    most = shared * _WORDS_A_SECOND
    tail = _first(_compared(before)[::-1], most)[::-1]
    head = _first(_compared(after), most)
    # Of several that are as long, the one nearest to where the one text ends and the other begins.
    size, one, other = max(
        _runs(tail, head),
        key=lambda run: (_words(head[run[2] : run[2] + run[0]]), run[1] - run[2]),
        default=(0, 0, 0),
    )
    if _words(head[other : other + size]) < _FEWEST:
        return len(before), 0
    middle = size // 2
    return tail[one + middle].begin, head[other + middle].begin


def without_overlaps(texts: Sequence[str], shared: Sequence[float]) -> list[str]:
    """What stays of each text; `shared` is what each has in common with the one before, in seconds.

    0 where there is nothing in common.
    """
    begins, ends = [0] * len(texts), [len(text) for text in texts]
    for (one, before), (other, after) in pairwise(enumerate(texts)):
        if shared[other] > 0:
            ends[one], begins[other] = find_cut(before, after, shared[other])
    return [text[begin:end].strip() for text, begin, end in zip(texts, begins, ends, strict=True)]


def _runs(tail: Sequence[_Token], head: Sequence[_Token]) -> Iterator[tuple[int, int, int]]:
    """How many tokens in a row are alike, and where in the one and in the other they begin."""
    lengths = [0] * (len(head) + 1)
    for i, token in enumerate(tail):
        # From behind: what stands before it is then still that of the token before.
        for j in reversed(range(len(head))):
            lengths[j + 1] = lengths[j] + 1 if token.bare == head[j].bare else 0
            if size := lengths[j + 1]:
                yield size, i + 1 - size, j + 1 - size


def _words(found: Sequence[_Token]) -> float:
    return sum(token.weight for token in found)


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

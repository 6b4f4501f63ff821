"""Joins texts of pieces that share some seconds: what both heard stands once, and nothing is lost."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

_WORDS_A_SECOND = 5.0
"""Faster than anybody speaks for long: as many words can be in what two pieces share."""
_FEWEST = 2
"""Words in a row that must agree; one alone agrees by chance."""


def joined(before: Sequence[str], after: Sequence[str], shared: float) -> tuple[int, int]:
    """How many words of the earlier text stay, and from which word of the later one it goes on.

    Both are cut in the middle of what they agree on within the `shared` seconds: a text is least sure of itself at its
    ends. Where they agree on nothing, everything stays.
    """
    most = round(shared * _WORDS_A_SECOND)
    tail, head = list(map(_bare, before[-most:])), list(map(_bare, after[:most]))
    blocks = [
        block
        for block in SequenceMatcher(None, tail, head, autojunk=False).get_matching_blocks()
        if block.size >= _FEWEST
    ]
    if not blocks:
        return len(before), 0
    best = max(blocks, key=lambda block: block.size)
    middle = best.size // 2
    return len(before) - len(tail) + best.a + middle, best.b + middle


def without_doubles(texts: Sequence[Sequence[str]], shared: Sequence[float]) -> list[tuple[int, int]]:
    """For each text the part that stays, as positions of its words; `shared` is what each has in common with the last.

    Seconds; 0 where a text begins anew.
    """
    begins, ends = [0] * len(texts), [len(words) for words in texts]
    for (one, before), (other, after) in pairwise(enumerate(texts)):
        if shared[other] > 0:
            ends[one], begins[other] = joined(before, after, shared[other])
    return [(begin, max(begin, end)) for begin, end in zip(begins, ends, strict=True)]


def _bare(word: str) -> str:
    return "".join(filter(str.isalnum, word.casefold()))

"""Errors of one text against another: alignment and counts, by jiwer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from itertools import zip_longest
from operator import add

import jiwer


class Op(StrEnum):
    """What happened to a word."""

    EQUAL = "equal"
    SUBSTITUTE = "substitute"
    DELETE = "delete"
    INSERT = "insert"


class Unit(StrEnum):
    """What errors are counted in: words, or characters where a language writes no spaces between words."""

    WORDS = "words"
    CHARACTERS = "characters"

    @property
    def rate(self) -> str:
        """What the rate of such errors is called: WER or CER."""
        return "WER" if self is Unit.WORDS else "CER"


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """One place of an alignment; None where the side has no word there."""

    op: Op
    reference: str | None
    hypothesis: str | None


@dataclass(frozen=True)
class Counts:
    """Words (or characters) by what happened to them. They add up: a rate is pooled over all that was added."""

    hits: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*map(add, astuple(self), astuple(other)))

    @property
    def reference(self) -> int:
        """Words of the reference."""
        return self.hits + self.substitutions + self.deletions

    @property
    def errors(self) -> int:
        """Words that were deleted, substituted or inserted."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float | None:
        """Errors in percent of the reference; insertions can take it beyond 100. None without a reference."""
        return 100 * self.errors / self.reference if self.reference else None


@dataclass(frozen=True, slots=True)
class Alignment:
    """A hypothesis laid beside its reference with as few errors as possible (Levenshtein distance of words)."""

    words: tuple[AlignedWord, ...]

    @property
    def counts(self) -> Counts:
        """Its words by what happened to them."""
        ops = Counter(word.op for word in self.words)
        return Counts(ops[Op.EQUAL], ops[Op.SUBSTITUTE], ops[Op.DELETE], ops[Op.INSERT])


def align(reference: Sequence[str], hypothesis: Sequence[str]) -> Alignment:
    """Aligns two sequences of words; either may be empty."""
    # Words reach jiwer in one string, which it cuts at spaces: none has one in it.
    found = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    return Alignment(
        tuple(
            AlignedWord(Op(chunk.type), *words)
            for chunk in found.alignments[0]
            # A deletion has no hypothesis, an insertion no reference, and the others have as many of both.
            for words in zip_longest(
                reference[chunk.ref_start_idx : chunk.ref_end_idx],
                hypothesis[chunk.hyp_start_idx : chunk.hyp_end_idx],
            )
        )
    )


def confusions(alignments: Iterable[Alignment]) -> Counter[tuple[str, str]]:
    """How often which word was transcribed as which: ("that", "") is a deletion, ("", "that") an insertion."""
    return Counter(
        (word.reference or "", word.hypothesis or "")
        for alignment in alignments
        for word in alignment.words
        if word.op is not Op.EQUAL
    )

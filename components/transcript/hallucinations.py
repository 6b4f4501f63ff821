"""Signs that a text was made up: Whisper fills silence and noise with words, and gets caught in loops."""

from collections.abc import Sequence

from components.audio.segmentation import Span
from components.core.text import MOST_COMPRESSIBLE, compression_ratio, repetition, words_in

_LONGEST_NGRAM, _REPEATS = 6, 4
_MOST_WORDS_A_SECOND = 7.0
"""The fastest speakers come to six for a few seconds."""
_LEAST_SPEECH = 0.3
"""Seconds of speech that a word takes at least."""


def signs(text: str, speech: Sequence[Span]) -> list[str]:
    """Why a chunk's text may be made up, in words; empty where nothing speaks for it.

    `speech` says when somebody spoke in the chunk, in seconds.
    """
    seconds = sum(end - begin for begin, end in speech)
    found = [_repeated(text), _compressible(text), _over_silence(text, seconds)]
    return [reason for reason in found if reason]


def is_loop(text: str) -> bool:
    """Whether it repeats itself as nobody does: the decoder was caught in a loop."""
    return bool(_repeated(text) or _compressible(text))


def _repeated(text: str) -> str | None:
    # A word said three times in a row is emphasis; so many times it is a loop.
    words = repetition(text, _LONGEST_NGRAM, _REPEATS)
    return f"“{words}” comes {_REPEATS} times in a row or more" if words else None


def _compressible(text: str) -> str | None:
    ratio = compression_ratio(text)
    if ratio <= MOST_COMPRESSIBLE:
        return None
    return f"it repeats itself: compressed it is {ratio:.1f} times as short"


def _over_silence(text: str, seconds: float) -> str | None:
    words = round(words_in(text))
    if not words:
        return None
    if seconds < _LEAST_SPEECH:
        return "there is hardly any speech here"
    if words / seconds > _MOST_WORDS_A_SECOND:
        return f"{words} words in {seconds:.1f} s of speech are more than anybody says"
    return None

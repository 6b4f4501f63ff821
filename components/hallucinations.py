"""Signs that a text was made up: Whisper fills silence and noise with words, and gets caught in loops."""

import zlib
from collections.abc import Sequence

from components.segmentation import Span
from components.writing import bare, tokens, words_in

_MOST_COMPRESSIBLE = 2.4
"""OpenAI's own threshold for decoding a piece again (Radford et al. 2022, section 4.5)."""
_LONGEST_NGRAM, _REPEATS = 6, 4
_MOST_WORDS_A_SECOND = 7.0
"""The fastest speakers come to six for a few seconds."""
_LEAST_SPEECH = 0.3
"""Seconds of speech that a word takes at least."""


def signs(text: str, speech: Sequence[Span]) -> list[str]:
    """Why a piece's text may be made up, in words; empty where nothing speaks for it.

    `speech` says when somebody spoke in the piece, in seconds.
    """
    seconds = sum(end - begin for begin, end in speech)
    found = [_repeated(text), _compressible(text), _over_silence(text, seconds)]
    return [reason for reason in found if reason]


def compression_ratio(text: str) -> float:
    """Bytes by bytes when compressed: plain language comes to 1.5 or so, loops to much more."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def _repeated(text: str) -> str | None:
    words = [word for word in map(bare, tokens(text)) if word]
    for size in range(1, _LONGEST_NGRAM + 1):
        # A word said three times in a row is emphasis; so many times it is a loop.
        for start in range(len(words) - size * _REPEATS + 1):
            gram = words[start : start + size]
            if words[start : start + size * _REPEATS] == gram * _REPEATS:
                return f"“{' '.join(gram)}” comes {_REPEATS} times in a row or more"
    return None


def _compressible(text: str) -> str | None:
    ratio = compression_ratio(text)
    if ratio <= _MOST_COMPRESSIBLE:
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

"""What counts as the same word: texts are normalized before they are compared, and cut into words or characters.

As in "Robust Speech Recognition via Large-Scale Weak Supervision" (Radford et al. 2022, appendix C), with the
normalizers that OpenAI published beside it.
"""

from collections.abc import Callable
from functools import cache

import regex
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

WHISPER = "whisper"
NORMALIZERS = {
    WHISPER: "Whisper's normalizer",
    "basic": "Basic normalizer",
    "basic-letters": "Basic normalizer without diacritics",
    "none": "No normalizer",
}
"""What can be chosen, and how the screen speaks of it."""

_WITHOUT_SPACES = frozenset({"chinese", "japanese", "thai", "lao", "myanmar", "cantonese"})
"""Languages that write no spaces between words (zh, ja, th, lo, my, yue): what is counted there is characters."""

_ENGLISH = "english"


def counts_characters(language: str) -> bool:
    """Whether errors of that language (English name, lower case) are counted in characters, not in words."""
    return language in _WITHOUT_SPACES


def tokens(text: str, language: str, normalizer: str = WHISPER) -> list[str]:
    """The words, or characters, of a text that are compared.

    Raises:
        KeyError: there is no such normalizer.
    """
    return _normalize(normalizer, language)(text).split()


def normalizer_label(normalizer: str, language: str) -> str:
    """The name that stands beside a figure."""
    if normalizer != WHISPER:
        return NORMALIZERS[normalizer]
    return "Whisper's EnglishTextNormalizer" if language == _ENGLISH else "Whisper's BasicTextNormalizer"


@cache
def _normalize(normalizer: str, language: str) -> Callable[[str], str]:
    splits = counts_characters(language)
    if normalizer == "none":
        return _characters if splits else str
    if normalizer == WHISPER and language == _ENGLISH:
        english: Callable[[str], str] = EnglishTextNormalizer()
        return english
    removes = {WHISPER: False, "basic": False, "basic-letters": True}[normalizer]
    basic: Callable[[str], str] = BasicTextNormalizer(remove_diacritics=removes, split_letters=splits)
    return basic


def _characters(text: str) -> str:
    """Every character by itself, as Whisper's normalizer does it: with the marks that stand above or below it."""
    return " ".join(regex.findall(r"\X", "".join(text.split())))

"""What a text consists of: words between spaces, and single letters where a language is written without them."""

import zlib
from collections.abc import Iterable
from unicodedata import east_asian_width, normalize

import regex

MOST_COMPRESSIBLE = 2.4
"""The compression ratio of a text beyond which a decoder was caught in a loop: OpenAI's own threshold for decoding
again (Radford et al. 2022, section 4.5)."""

_WORDS_OF_TWO = r"\p{Han}\p{Hiragana}\p{Katakana}"
_WORDS_OF_FOUR = r"\p{Thai}\p{Lao}\p{Myanmar}\p{Khmer}\p{Tibetan}"
_UNSPACED = _WORDS_OF_TWO + _WORDS_OF_FOUR
"""Scripts without spaces between words; their words have about so many letters."""
_OPENING, _CLOSING = r"[\p{Ps}\p{Pi}]", r"[\p{Lm}\p{Pe}\p{Pf}\p{Po}]"
_TOKEN = regex.compile(rf"\s*{_OPENING}*(?:(?=[{_UNSPACED}])\X{_CLOSING}*|[^\s{_UNSPACED}]+)\s*|\s+")
_LETTER = regex.compile(r"[\p{L}\p{N}]\p{M}*")
_OF_TWO, _OF_FOUR = (regex.compile(rf"\W*[{letters}]") for letters in (_WORDS_OF_TWO, _WORDS_OF_FOUR))
_ENDS_WITHOUT_SPACE = regex.compile(rf"[{_WORDS_OF_TWO}ー。！？」』、），；：]$")


def tokens(text: str) -> list[str]:
    """What lines may be broken between; put together again they are the text.

    Words, and each letter of a script without spaces, with the punctuation that belongs to it and the space after it.
    """
    return _TOKEN.findall(text)


def bare(token: str) -> str:
    """Its letters and digits with their marks, however they are written; none where it is punctuation alone.

    A mark may be all that tells two words apart: Hindi writes vowels so.
    """
    return "".join(_LETTER.findall(normalize("NFC", token.casefold())))


def weight(token: str) -> float:
    """How much of a word a token is: Chinese and Japanese words have two letters or so, Thai and Burmese ones four."""
    if not bare(token):
        return 0.0
    return 0.5 if _OF_TWO.match(token) else 0.25 if _OF_FOUR.match(token) else 1.0


def words_in(text: str) -> float:
    """How many words a text has; where none shows where they end, about how many."""
    return sum(map(weight, tokens(text)))


def one_after_another(sentences: Iterable[str]) -> str:
    """Sentences as running text: a space between two, but none in Chinese or Japanese."""
    text = ""
    for sentence in sentences:
        text += f" {sentence}" if text and not _ENDS_WITHOUT_SPACE.match(text[-1]) else sentence
    return text


def columns(text: str) -> int:
    """How wide it is; wide characters, as of Chinese, take two columns."""
    return sum(1 + (east_asian_width(character) in "WF") for character in text)


def compression_ratio(text: str) -> float:
    """Bytes by bytes when compressed: plain language comes to 1.5 or so, loops to much more."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def repetition(text: str, longest: int, times: int) -> str:
    """The first words that come so many times in a row, at most `longest` of them; empty where none do."""
    words = [word for word in map(bare, tokens(text)) if word]
    for size in range(1, longest + 1):
        alike = 0
        for start, (word, later) in enumerate(zip(words, words[size:], strict=False)):
            alike = alike + 1 if word == later else 0
            if alike == size * (times - 1):
                return " ".join(words[start + 1 - alike :][:size])
    return ""

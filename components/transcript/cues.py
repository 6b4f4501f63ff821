"""The cues of subtitles: at most two lines that stand long enough to be read, and while they are said.

Two lines of 42 characters, 1 to 7 s: the usual practice (Netflix Timed Text Style Guide; BBC Subtitle Guidelines).
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from components.core.text import columns, one_after_another, tokens
from components.transcript.sentence_timing import Sentence, part_of

MAX_LINE_LENGTH = 42
"""Columns: characters, of which wide ones, as of Chinese, count double."""
MAX_LINES = 2
MIN_SECONDS, MAX_SECONDS = 1.0, 7.0
"""Seconds."""
MAX_SHIFT = 1.0
"""Seconds by which a cue may begin before or after its words, where it would else not stand long enough."""
_CHARACTER = regex.compile(r"\X")
"""With its marks: between two of them a word may be broken that is longer than a line."""


@dataclass(frozen=True)
class Cue:
    """What stands on the screen from `start` to `end`, seconds of the recording: `text`, broken into `lines`.

    `is_doubtful` says that the text may be made up.
    """

    start: float
    end: float
    text: str
    lines: tuple[str, ...]
    is_doubtful: bool = False


def cues(sentences: Iterable[Sentence], until: float = math.inf) -> list[Cue]:
    """Cues for all sentences, in order; none overlaps the next, or ends after `until`.

    Where there are more than can be read in their time, those of what is doubtful are left out, which "…" shows.
    """
    return _placed(_legible(_joined(cue for sentence in sentences for cue in _cues_of(sentence))), until)


def _cues_of(sentence: Sentence) -> Iterator[Cue]:
    """One sentence in as few and as even cues as fit on the screen and into seven seconds."""
    text = " ".join(sentence.text.split())
    words, fewest = _words(text), max(1, -(-columns(text) // (MAX_LINES * MAX_LINE_LENGTH)))
    for count in range(min(fewest, len(words)), len(words) + 1):
        portions = _even(words, count)
        lines = [_lines(portion) for portion in portions]
        if all(lines) and (sentence.end - sentence.start) / count <= MAX_SECONDS:
            break
    position = 0
    for portion, fitting in zip(portions, lines, strict=True):
        part = "".join(portion)
        start, end = part_of(sentence, position, position + len(part))
        position += len(part)
        yield Cue(start, min(end, start + MAX_SECONDS), part.strip(), fitting, sentence.is_doubtful)


def _words(text: str) -> list[str]:
    """What lines may be broken between; nothing of it is longer than a line."""
    return [chunk for token in tokens(text) for chunk in _short(token)]


def _short(word: str) -> Iterator[str]:
    if columns(word.rstrip()) <= MAX_LINE_LENGTH:
        yield word
    else:
        yield from _CHARACTER.findall(word)


def _even(words: Sequence[str], count: int) -> list[list[str]]:
    """The words in so many portions of about the same length; none is empty."""
    portions: list[list[str]] = [[]]
    total, done = sum(map(len, words)), 0
    for number, word in enumerate(words):
        left = len(words) - number
        is_due = done + len(word) / 2 > total * len(portions) / count
        if portions[-1] and len(portions) < count and (is_due or left == count - len(portions)):
            portions.append([])
        portions[-1].append(word)
        done += len(word)
    return portions


def _lines(words: Sequence[str]) -> tuple[str, ...]:
    """One line, or two as even as can be; none where they don't fit."""
    text = "".join(words).strip()
    if columns(text) <= MAX_LINE_LENGTH:
        return (text,)
    both = (("".join(words[:cut]).strip(), "".join(words[cut:]).strip()) for cut in range(1, len(words)))
    fitting = [pair for pair in both if max(map(columns, pair)) <= MAX_LINE_LENGTH]
    return min(fitting, key=lambda pair: abs(columns(pair[0]) - columns(pair[1])), default=())


def _joined(found: Iterable[Cue]) -> list[Cue]:
    """Short cues join the next one where both fit together."""
    joined: list[Cue] = []
    for cue in found:
        both = _together(joined[-1], cue) if joined else None
        if both:
            joined[-1] = both
        else:
            joined.append(cue)
    return joined


def _together(one: Cue, other: Cue) -> Cue | None:
    """Both as one where either is too short by itself, and they are close."""
    is_short = min(one.end - one.start, other.end - other.start) < MIN_SECONDS
    is_close = other.start - one.end <= MIN_SECONDS and other.end - one.start <= MAX_SECONDS
    if not is_short or not is_close or one.is_doubtful != other.is_doubtful:
        return None
    text = one_after_another((one.text, other.text))
    lines = _lines(_words(text))
    return Cue(one.start, other.end, text, lines, one.is_doubtful) if lines else None


def _legible(found: Iterable[Cue]) -> list[Cue]:
    """All but those of doubtful text for which there is no time: a loop has many times the words that can be said."""
    kept: list[Cue] = []
    free = 0.0
    for cue in found:
        if cue.is_doubtful and kept and free > cue.start + MAX_SHIFT:
            kept[-1] = _cut_short(kept[-1])
        else:
            kept.append(cue)
            free = max(cue.end, max(cue.start, free) + MIN_SECONDS)
    return kept


def _cut_short(cue: Cue) -> Cue:
    if cue.text.endswith("…"):
        return cue
    text = f"{cue.text} …"
    return replace(cue, text=text, lines=_lines(_words(text)) or cue.lines)


def _placed(found: Sequence[Cue], until: float) -> list[Cue]:
    """Each gets its second: from the time after it that is free, else from that before, and never much of either."""
    later: list[Cue] = []
    free = 0.0
    for cue in found:
        start = min(max(cue.start, free), cue.start + MAX_SHIFT)
        free = max(cue.end, start + MIN_SECONDS)
        later.append(replace(cue, start=start, end=free))
    placed: list[Cue] = []
    for cue, moved in zip(reversed(found), reversed(later), strict=True):
        end = min(moved.end, until)
        earliest = max(0.0, cue.start - MAX_SHIFT)
        placed.append(replace(cue, start=min(moved.start, max(end - MIN_SECONDS, earliest)), end=end))
        until = placed[-1].start
    return placed[::-1]

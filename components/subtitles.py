"""Subtitles: cues of at most two lines that stand long enough to be read, as SubRip (SRT) and WebVTT.

Two lines of 42 characters, 1 to 7 s: the usual practice (Netflix Timed Text Style Guide; BBC Subtitle Guidelines).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

import regex

from components.timing import Sentence, part_of
from components.writing import columns, one_after_another, tokens

LINE = 42
"""Columns: characters, of which wide ones, as of Chinese, count double."""
LINES = 2
SHORTEST, LONGEST = 1.0, 7.0
"""Seconds."""
_NO_BRACES = str.maketrans("{}", "()")
_CHARACTER = regex.compile(r"\X")
"""With its marks: between two of them a word may be broken that is longer than a line."""


@dataclass(frozen=True)
class Cue:
    """What stands on the screen from `start` to `end`, seconds of the recording: `text`, broken into `lines`."""

    start: float
    end: float
    text: str
    lines: tuple[str, ...]


def cues(sentences: Iterable[Sentence]) -> list[Cue]:
    """Cues for all sentences, in order; none overlaps the next."""
    return _spread(cue for sentence in sentences for cue in _cues_of(sentence))


def srt(sentences: Iterable[Sentence]) -> str:
    """A SubRip file."""
    blocks = (
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n"
        f"{chr(10).join(map(_without_marks, cue.lines))}\n"
        for number, cue in enumerate(cues(sentences), 1)
    )
    return "\n".join(blocks)


def vtt(sentences: Iterable[Sentence]) -> str:
    """A WebVTT file."""
    blocks = (
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n"
        # What the text has of "<" and "-->" would be taken for marks.
        f"{chr(10).join(escape(line, quote=False) for line in cue.lines)}\n"
        for cue in cues(sentences)
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _without_marks(line: str) -> str:
    """SubRip can't escape: players take "<b>" for a mark, and what stands in braces, and "-->" for times of a cue."""
    return re.sub(r"<(?=[/\w])", "‹", line.translate(_NO_BRACES)).replace("-->", "→")


def _cues_of(sentence: Sentence) -> Iterator[Cue]:
    """One sentence in as few and as even cues as fit on the screen and into seven seconds."""
    text = " ".join(sentence.text.split())
    words, fewest = _words(text), max(1, -(-columns(text) // (LINES * LINE)))
    for count in range(min(fewest, len(words)), len(words) + 1):
        portions = _even(words, count)
        lines = [_lines(portion) for portion in portions]
        if all(lines) and (sentence.end - sentence.start) / count <= LONGEST:
            break
    position = 0
    for portion, fitting in zip(portions, lines, strict=True):
        part = "".join(portion)
        start, end = part_of(sentence, position, position + len(part))
        position += len(part)
        yield Cue(start, min(end, start + LONGEST), part.strip(), fitting)


def _words(text: str) -> list[str]:
    """What lines may be broken between; nothing of it is longer than a line."""
    return [piece for token in tokens(text) for piece in _short(token)]


def _short(word: str) -> Iterator[str]:
    if columns(word.rstrip()) <= LINE:
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
    if columns(text) <= LINE:
        return (text,)
    both = (("".join(words[:cut]).strip(), "".join(words[cut:]).strip()) for cut in range(1, len(words)))
    fitting = [pair for pair in both if max(map(columns, pair)) <= LINE]
    return min(fitting, key=lambda pair: abs(columns(pair[0]) - columns(pair[1])), default=())


def _spread(found: Iterable[Cue]) -> list[Cue]:
    """Short cues join the next one where both fit together; then each gets its second, and begins after the last."""
    joined: list[Cue] = []
    for cue in found:
        both = _together(joined[-1], cue) if joined else None
        if both:
            joined[-1] = both
        else:
            joined.append(cue)
    spread: list[Cue] = []
    for cue in joined:
        start = max(cue.start, spread[-1].end) if spread else cue.start
        spread.append(replace(cue, start=start, end=max(cue.end, start + SHORTEST)))
    return spread


def _together(one: Cue, other: Cue) -> Cue | None:
    """Both as one where either is too short by itself, and they are close."""
    is_short = min(one.end - one.start, other.end - other.start) < SHORTEST
    if not is_short or other.start - one.end > SHORTEST or other.end - one.start > LONGEST:
        return None
    text = one_after_another((one.text, other.text))
    lines = _lines(_words(text))
    return Cue(one.start, other.end, text, lines) if lines else None


def _clock(seconds: float, mark: str) -> str:
    milliseconds = round(1000 * seconds)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{mark}{rest % 1000:03}"

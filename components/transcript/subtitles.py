"""Subtitle files: SubRip (SRT) and WebVTT."""

import math
import re
from collections.abc import Iterable
from html import escape

from components.transcript.cues import cues
from components.transcript.sentence_timing import Sentence

_NO_BRACES = str.maketrans("{}", "()")


def srt(sentences: Iterable[Sentence], until: float = math.inf) -> str:
    """A SubRip file; `until` is where the recording ends, in seconds."""
    blocks = (
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n"
        f"{chr(10).join(map(_without_marks, cue.lines))}\n"
        for number, cue in enumerate(cues(sentences, until), 1)
    )
    return "\n".join(blocks)


def vtt(sentences: Iterable[Sentence], until: float = math.inf, note: str = "") -> str:
    """A WebVTT file; `until` is where the recording ends, in seconds. `note` is not shown on the screen."""
    notes = [f"NOTE {escape(note, quote=False)}\n"] if note else []
    blocks = (
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n"
        # What the text has of "<" and "-->" would be taken for marks.
        f"{chr(10).join(escape(line, quote=False) for line in cue.lines)}\n"
        for cue in cues(sentences, until)
    )
    return "\n".join(["WEBVTT\n", *notes, *blocks])


def _without_marks(line: str) -> str:
    """SubRip can't escape: players take "<b>" for a mark, and what stands in braces, and "-->" for times of a cue."""
    return re.sub(r"<(?=[/\w])", "‹", line.translate(_NO_BRACES)).replace("-->", "→")


def _clock(seconds: float, mark: str) -> str:
    milliseconds = round(1000 * seconds)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{mark}{rest % 1000:03}"

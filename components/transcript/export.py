"""A long transcript as a file: text, subtitles, data."""

import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, count
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, ZipFile

from components.core.csv_export import csv_text
from components.transcript.cues import MAX_SECONDS, cues
from components.transcript.gaps import gap_summary
from components.transcript.long_transcript import LongTranscript, Segment
from components.transcript.sentence_timing import Sentence


@dataclass(frozen=True)
class Format:
    """A kind of file: its name is its extension, `mime` its media type, and `write` gives its contents."""

    name: str
    label: str
    mime: str
    write: Callable[[LongTranscript], str]


_NOT_TRANSCRIBED = "[not transcribed]"
_NO_BRACES = str.maketrans("{}", "()")


def _text(transcript: LongTranscript) -> str:
    missing = gap_summary(transcript)
    text = "\n\n".join(filter(None, (transcript.text, missing and f"[{missing}]")))
    return f"{text}\n" if text else ""


def _srt(transcript: LongTranscript) -> str:
    return srt(_sentences(transcript), transcript.audio_seconds)


def _vtt(transcript: LongTranscript) -> str:
    return vtt(_sentences(transcript), transcript.audio_seconds, gap_summary(transcript))


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


def _sentences(transcript: LongTranscript) -> Iterator[Sentence]:
    """What was transcribed; what is missing is marked at its beginning, for as long as a cue may stand."""
    for segment in transcript.segments:
        if segment.error is not None:
            yield _mark(segment.start, segment.end)
        elif segment.text:
            yield Sentence(segment.text, segment.start, segment.end, bool(segment.doubts))
    begin, end = transcript.unsent_from, transcript.audio_seconds
    if begin is not None and end > begin:
        yield _mark(begin, end)


def _mark(start: float, end: float) -> Sentence:
    return Sentence(_NOT_TRANSCRIBED, start, min(end, start + MAX_SECONDS))


def _json(transcript: LongTranscript) -> str:
    content = {
        "text": transcript.text,
        "audio": transcript.name,
        "audio_seconds": round(transcript.audio_seconds, 3),
        "endpoint": transcript.endpoint_name,
        "parameters": dict(transcript.parameters),
        "request_seconds": round(transcript.request_seconds, 3),
        "is_whole": transcript.is_whole,
        "unsent": transcript.unsent,
        "unsent_from": _rounded(transcript.unsent_from),
        "promised_seconds": _rounded(transcript.promised),
        "lost_seconds": transcript.lost_seconds,
        "segments": [
            {
                "start": round(segment.start, 3),
                "end": round(segment.end, 3),
                "text": segment.text,
                "error": segment.error,
                "doubts": list(segment.doubts),
                "further_parameters": dict(segment.further),
            }
            for segment in transcript.segments
        ],
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=2)}\n"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _csv(transcript: LongTranscript) -> str:
    begin, end = transcript.unsent_from, transcript.audio_seconds
    rest = [] if begin is None else [Segment(begin, end, "", transcript.unsent)]
    rows = (
        (round(s.start, 3), round(s.end, 3), s.text, s.error, "; ".join(s.doubts) or None)
        for s in (*transcript.segments, *rest)
    )
    return csv_text(("start", "end", "text", "error", "doubts"), rows)


def stems(names: Iterable[str]) -> Iterator[str]:
    """What each file's transcript is called, without its extension: those of the same name are numbered."""
    used: set[str] = set()
    for stem in (PurePath(name).stem for name in names):
        numbered = chain([stem], (f"{stem} ({number})" for number in count(2)))
        # Some systems take "A" and "a" for the same.
        free = next(name for name in numbered if name.casefold() not in used)
        used.add(free.casefold())
        yield free


def _anywhere(name: str) -> str:
    """The file's name as it can be unpacked on every system, and nowhere but in the folder that is meant.

    To Windows a backslash is a folder's end, "C:" a disk, and some characters can be in no name.
    """
    return re.sub(r'[\\:*?"<>|\x00-\x1f\x7f]', "_", name).lstrip(".") or "audio"


def zipped(transcripts: Sequence[LongTranscript], missing: Sequence[str] = ()) -> bytes:
    """Every transcript in every format, in one zip; `missing` are lines on what is not in it."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, transcript in zip(stems(_anywhere(t.name) for t in transcripts), transcripts, strict=True):
            for kind in FORMATS.values():
                archive.writestr(f"{name}.{kind.name}", kind.write(transcript))
        if missing:
            archive.writestr("_missing.txt", "".join(f"{line}\n" for line in missing))
    return file.getvalue()


FORMATS = {
    kind.name: kind
    for kind in (
        Format("txt", "Text", "text/plain", _text),
        Format("srt", "SRT", "application/x-subrip", _srt),
        Format("vtt", "VTT", "text/vtt", _vtt),
        Format("json", "JSON", "application/json", _json),
        Format("csv", "CSV", "text/csv", _csv),
    )
}
"""All of them, by name. Times are seconds of the recording, estimated within each chunk (`sentence_timing`)."""

"""A long transcript as a file: text, subtitles, data."""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, count
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, ZipFile

from components.long_transcript import LongTranscript
from components.spreadsheet import csv_text
from components.subtitles import srt, vtt


@dataclass(frozen=True)
class Format:
    """A kind of file: its name is its extension, `mime` its media type, and `write` gives its contents."""

    name: str
    label: str
    mime: str
    write: Callable[[LongTranscript], str]


def _text(transcript: LongTranscript) -> str:
    return f"{transcript.text}\n" if transcript.text else ""


def _json(transcript: LongTranscript) -> str:
    content = {
        "text": transcript.text,
        "audio": transcript.name,
        "audio_seconds": round(transcript.seconds, 3),
        "endpoint": transcript.endpoint_name,
        "parameters": dict(transcript.parameters),
        "request_seconds": round(transcript.request_seconds, 3),
        "is_whole": transcript.is_whole,
        "unsent": transcript.unsent,
        "segments": [
            {
                "start": round(segment.start, 3),
                "end": round(segment.end, 3),
                "text": segment.text,
                "error": segment.error,
                "doubts": list(segment.doubts),
            }
            for segment in transcript.segments
        ],
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=2)}\n"


def _csv(transcript: LongTranscript) -> str:
    rows = (
        (round(s.start, 3), round(s.end, 3), s.text, s.error, "; ".join(s.doubts) or None)
        for s in transcript.segments
    )
    return csv_text(("start", "end", "text", "error", "doubts"), rows)


def zipped(transcripts: Iterable[LongTranscript]) -> bytes:
    """Every transcript in every format, in one zip; files of the same name are numbered."""
    file = io.BytesIO()
    used: set[str] = set()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for transcript in transcripts:
            stem = PurePath(transcript.name).stem
            names = chain([stem], (f"{stem} ({number})" for number in count(2)))
            # Some systems take "A" and "a" for the same.
            name = next(name for name in names if name.casefold() not in used)
            used.add(name.casefold())
            for kind in FORMATS.values():
                archive.writestr(f"{name}.{kind.name}", kind.write(transcript))
    return file.getvalue()


FORMATS = {
    kind.name: kind
    for kind in (
        Format("txt", "Text", "text/plain", _text),
        Format("srt", "SRT", "application/x-subrip", lambda transcript: srt(transcript.sentences)),
        Format("vtt", "VTT", "text/vtt", lambda transcript: vtt(transcript.sentences)),
        Format("json", "JSON", "application/json", _json),
        Format("csv", "CSV", "text/csv", _csv),
    )
}
"""All of them, by name. Times are seconds of the recording, estimated within each piece (components/timing.py)."""

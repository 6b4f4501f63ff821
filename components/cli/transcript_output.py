"""Where transcripts go: each to a file in a folder, or all to standard output."""

import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from components.cli.console import Console
from components.core.errors import PortalError
from components.core.formatting import timestamp
from components.endpoint_client.long_request import may_end_loops
from components.transcript.export import FORMATS
from components.transcript.gaps import describe_gaps
from components.transcript.long_transcript import LongTranscript


def remarks(transcript: LongTranscript, *, has_retried: bool) -> Iterator[str]:
    """What is missing or doubtful, a line for each; `has_retried` says that loops were sent again."""
    for what, why in describe_gaps(transcript):
        yield f"{what}: {why}"
    if transcript.is_whole and not transcript.segments:
        yield "nobody speaks in it."
    for doubts, found in groupby(transcript.segments, key=lambda segment: segment.doubts):
        segments = list(found)
        if doubts:
            begin, end = timestamp(segments[0].start), timestamp(segments[-1].end)
            yield f"doubtful from {begin} to {end}: {'; '.join(doubts)}."
    if transcript.has_loops and not has_retried and may_end_loops(transcript.parameters):
        yield "--retry-loops sends what repeats itself once more, with parameters against that."


class OutputError(PortalError):
    """A transcript can't be written."""


class Output:
    """Writes transcripts in one format, into a folder that is made if need be.

    Raises:
        OutputError: nothing can be written into the folder.
    """

    def __init__(self, folder: Path | None, kind: str, console: Console) -> None:
        self._folder = folder
        self._format = FORMATS[kind]
        self._console = console
        if folder:
            _check(folder)

    def write(self, transcript: LongTranscript, stem: str) -> None:
        """Writes one; `stem` is its file's name without the extension.

        Raises:
            OutputError: it can't be written.
            BrokenPipeError: nobody reads standard output any more.
        """
        data = self._format.write(transcript).encode("utf-8", "replace")
        try:
            if self._folder is None:
                sys.stdout.buffer.write(data)
                sys.stdout.flush()
                return
            place = self._folder / f"{stem}.{self._format.name}"
            place.write_bytes(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            advice = "Give another --output-dir." if self._folder else "Give a folder as --output-dir."
            raise OutputError(
                f"The transcript of {transcript.name} can't be written: {error.strerror}.", advice
            ) from error
        self._console.print(f"{place} is written.")


def _check(folder: Path) -> None:
    """Makes the folder and tries to write, before anything is sent in vain."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"Nothing can be written into {folder}: {error.strerror}.", "Give another --output-dir."
        ) from error

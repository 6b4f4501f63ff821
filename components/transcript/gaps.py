"""What a long transcript has not, in words: for the screen, the console and the files."""

from collections.abc import Iterator
from typing import NamedTuple

from components.core.formatting import timestamp
from components.transcript.long_transcript import LongTranscript


class GapDescription(NamedTuple):
    """What is missing, such as "nothing from 0:10 to 0:20", and a sentence on why."""

    what: str
    why: str

    @property
    def sentence(self) -> str:
        """Both as sentences."""
        return f"{self.what[0].upper()}{self.what[1:]}. {self.why}"


def describe_gaps(transcript: LongTranscript) -> list[GapDescription]:
    """Every gap, and what is missing at the end."""
    gaps = (
        GapDescription(f"nothing from {timestamp(gap.start)} to {timestamp(gap.end)}", gap.error or "")
        for gap in transcript.gaps
    )
    return [*gaps, *describe_end(transcript)]


def describe_end(transcript: LongTranscript) -> Iterator[GapDescription]:
    """What was not sent, what the file should have, and how much of a live session's audio was lost."""
    begin, end = transcript.unsent_from, transcript.audio_seconds
    if begin is not None:
        until = f"to the end at {timestamp(end)}" if transcript.length else "on"
        yield GapDescription(f"nothing from {timestamp(begin)} {until}", transcript.unsent or "")
    if transcript.promised:
        yield describe_truncation(transcript.seconds, transcript.promised)
    if transcript.lost_seconds:
        yield describe_lost_audio(transcript.lost_seconds)


def describe_truncation(end: float, promised: float) -> GapDescription:
    """A file that ends before the second which its header promises."""
    return GapDescription(
        f"the file ends at {timestamp(end)}, but its header promises {timestamp(promised)}",
        "It was cut off, or is damaged: look for the whole file.",
    )


def describe_lost_audio(seconds: float) -> GapDescription:
    """Audio that a browser sent, or should have, and that never arrived."""
    return GapDescription(
        f"{seconds:.1f} s of audio lost",
        "The connection was interrupted, or the browser or the portal was too busy.",
    )


def gap_summary(transcript: LongTranscript) -> str:
    """Such as "Not whole: nothing from 0:10 to 0:20."; empty where nothing is missing."""
    found = "; ".join(gap.what for gap in describe_gaps(transcript))
    return f"Not whole: {found}." if found else ""

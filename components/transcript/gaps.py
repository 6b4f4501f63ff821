"""What a long transcript has not, in words: for the screen, the console and the files."""

from collections.abc import Iterator
from typing import NamedTuple

from components.core.formatting import timestamp
from components.transcript.long_transcript import LongTranscript


class Omission(NamedTuple):
    """What is missing, such as "nothing from 0:10 to 0:20", and a sentence on why."""

    what: str
    why: str

    @property
    def told(self) -> str:
        """Both as sentences."""
        return f"{self.what[0].upper()}{self.what[1:]}. {self.why}"


def omissions(transcript: LongTranscript) -> list[Omission]:
    """Every gap, and what is missing at the end."""
    gaps = (
        Omission(f"nothing from {timestamp(gap.start)} to {timestamp(gap.end)}", gap.error or "")
        for gap in transcript.gaps
    )
    return [*gaps, *at_the_end(transcript)]


def at_the_end(transcript: LongTranscript) -> Iterator[Omission]:
    """What was not sent, what the file should have, and how much of a live session's audio was lost."""
    begin, end = transcript.unsent_from, transcript.audio_seconds
    if begin is not None:
        until = f"to the end at {timestamp(end)}" if transcript.length else "on"
        yield Omission(f"nothing from {timestamp(begin)} {until}", transcript.unsent or "")
    if transcript.promised:
        yield early_end(transcript.seconds, transcript.promised)
    if transcript.lost_seconds:
        yield lost_audio(transcript.lost_seconds)


def early_end(end: float, promised: float) -> Omission:
    """A file that ends before the second which its header promises."""
    return Omission(
        f"the file ends at {timestamp(end)}, but its header promises {timestamp(promised)}",
        "It was cut off, or is damaged: look for the whole file.",
    )


def lost_audio(seconds: float) -> Omission:
    """Audio that a browser sent, or should have, and that never arrived."""
    return Omission(
        f"{seconds:.1f} s of audio lost",
        "The connection was interrupted, or the browser or the portal was too busy.",
    )


def in_short(transcript: LongTranscript) -> str:
    """Such as "Not whole: nothing from 0:10 to 0:20."; empty where nothing is missing."""
    found = "; ".join(omission.what for omission in omissions(transcript))
    return f"Not whole: {found}." if found else ""

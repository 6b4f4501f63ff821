"""What the command says of a transcript: what is missing, what may be made up, and what may help."""

from collections.abc import Iterator
from itertools import groupby

from components.core.formatting import clock
from components.endpoint_client.long_request import may_end_loops
from components.transcript.long_transcript import LongTranscript
from components.transcript.gaps import omissions


def remarks(transcript: LongTranscript, *, has_retried: bool) -> Iterator[str]:
    """A line for each; `has_retried` says that loops were tried again."""
    for what, why in omissions(transcript):
        yield f"{what}: {why}"
    if transcript.is_whole and not transcript.segments:
        yield "nobody speaks in it."
    for doubts, found in groupby(transcript.segments, key=lambda segment: segment.doubts):
        segments = list(found)
        if doubts:
            begin, end = clock(segments[0].start), clock(segments[-1].end)
            yield f"doubtful from {begin} to {end}: {'; '.join(doubts)}."
    if transcript.has_loops and not has_retried and may_end_loops(transcript.parameters):
        yield "--retry-loops sends what repeats itself once more, with parameters against that."

"""The transcript of a recording of any length: its chunks in order, the gaps between them, and each sentence's time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

from components.audio.segmentation import Chunk, Span
from components.core.text import one_after_another, words_in
from components.transcript.hallucinations import is_loop, signs
from components.transcript.overlap import without_overlaps
from components.transcript.sentence_timing import sentences
from components.whisper.parameters import Parameters


@dataclass(frozen=True)
class ChunkResult:
    """What came of one chunk of a recording.

    `start`, `end` and `speech` are in seconds of the recording; its first `shared` seconds are in the one before, too.
    `text` is the best sequence without the space that it begins with. Where it failed, `error` says why, and there is
    no text. `request_seconds` is how long its last request took at the client, `tries` how many there were. `further`
    are parameters that its request had beyond those of the transcript, against a loop; `in_vain` says why another try
    with them came to nothing.
    """

    start: float
    end: float
    speech: tuple[Span, ...]
    shared: float = 0.0
    text: str = ""
    error: str | None = None
    request_seconds: float = 0.0
    tries: int = 1
    further: Parameters = field(default_factory=dict)
    in_vain: str | None = None

    @classmethod
    def of(cls, chunk: Chunk, **outcome: Any) -> Self:  # noqa: ANN401 - the fields' own types
        """The outcome for that chunk: the fields from `text` on."""
        return cls(chunk.start, chunk.end, chunk.speech, chunk.shared, **outcome)

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """The reasons for which its text may be made up."""
        return tuple(filter(None, (*signs(self.text, self.speech), self.in_vain)))

    @cached_property
    def is_loop(self) -> bool:
        """Whether its text repeats itself as nobody does."""
        return is_loop(self.text)


@dataclass(frozen=True)
class Segment:
    """Some of a transcript, in seconds of the recording: a sentence, or a gap whose `error` says why it is one.

    `doubts` are the reasons for which the text may be made up; `further` are parameters that its request had beyond
    those of the transcript.
    """

    start: float
    end: float
    text: str
    error: str | None = None
    doubts: tuple[str, ...] = ()
    further: Parameters = field(default_factory=dict)


@dataclass(frozen=True)
class LongTranscript:
    """What is known of a recording by now.

    `seconds` is the length of the recording as far as it has been read, `length` what its header says of it, None where
    that says nothing. `promised` is what the header promises where the file ends before.

    `unsent` says why not all of it was sent, None where it was, and `unsent_from` from which second on nothing ever
    was; None where only another try of some chunks ended early. `lost_seconds` of a live session's audio never arrived:
    there is silence in the recording.
    """

    name: str
    endpoint_name: str
    parameters: Parameters
    seconds: float = 0.0
    chunks: tuple[ChunkResult, ...] = ()
    unsent: str | None = None
    unsent_from: float | None = None
    length: float | None = None
    promised: float | None = None
    lost_seconds: float = 0.0

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Sentences and gaps, in order."""
        return tuple(_segments(self.chunks))

    @property
    def audio_seconds(self) -> float:
        """The length of the recording, as far as it is known."""
        return self.seconds if self.unsent_from is None else max(self.seconds, self.length or 0.0)

    @property
    def request_seconds(self) -> float:
        """Of all requests that were answered, one after another."""
        return sum(chunk.request_seconds for chunk in self.chunks)

    @property
    def text(self) -> str:
        """The whole text, a paragraph for each part between two gaps."""
        paragraphs: list[list[str]] = [[]]
        for segment in self.segments:
            if segment.error:
                paragraphs.append([])
            else:
                paragraphs[-1].append(segment.text)
        return "\n\n".join(one_after_another(part) for part in paragraphs if part)

    @cached_property
    def words(self) -> int:
        """How many words the text has; where none shows where they end, about how many."""
        return round(words_in(self.text))

    @property
    def is_whole(self) -> bool:
        """Whether nothing that was said is missing."""
        return self.unsent_from is None and self.promised is None and not self.lost_seconds and not self.gaps

    @property
    def gaps(self) -> tuple[Segment, ...]:
        """What failed."""
        return tuple(segment for segment in self.segments if segment.error)

    @cached_property
    def has_loops(self) -> bool:
        """Whether a chunk repeats itself that has not been tried again for that."""
        return any(chunk.is_loop and not chunk.in_vain for chunk in self.chunks)


def _segments(chunks: Sequence[ChunkResult]) -> Iterator[Segment]:
    texts = without_overlaps([chunk.text for chunk in chunks], _overlaps(chunks))
    for chunk, text, (begin, end) in zip(chunks, texts, _parts(chunks), strict=True):
        if chunk.error is not None:
            yield Segment(begin, end, "", chunk.error)
            continue
        for sentence in sentences(text, _within(chunk.speech, begin, end)):
            yield Segment(sentence.start, sentence.end, sentence.text, None, chunk.doubts, chunk.further)


def _overlaps(chunks: Sequence[ChunkResult]) -> list[float]:
    """Seconds of each chunk that are in the text of the one before, too."""
    twice = (
        after.shared if _overlap(before, after) and before.error is None and after.error is None else 0.0
        for before, after in pairwise(chunks)
    )
    return [0.0, *twice][: len(chunks)]


def _parts(chunks: Sequence[ChunkResult]) -> list[Span]:
    """Which seconds of the recording each chunk stands for: none stands for those of another."""
    begins, ends = [chunk.start for chunk in chunks], [chunk.end for chunk in chunks]
    for number, (before, after) in enumerate(pairwise(chunks)):
        if not _overlap(before, after):
            continue
        if after.error is not None:
            border = before.end
        elif before.error is not None:
            border = after.start
        else:
            border = (after.start + before.end) / 2
        ends[number] = begins[number + 1] = border
    return list(zip(begins, ends, strict=True))


def _overlap(before: ChunkResult, after: ChunkResult) -> bool:
    # While several are under way, the one between them may be missing.
    return after.shared > 0 and after.start < before.end


def _within(speech: Sequence[Span], begin: float, end: float) -> list[Span]:
    kept = [(max(since, begin), min(until, end)) for since, until in speech]
    return [(since, until) for since, until in kept if until > since] or [(begin, end)]

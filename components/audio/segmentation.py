"""Cuts a recording of any length into chunks that an endpoint hears whole, at pauses that Silero VAD finds.

Only what is not decided yet is kept: memory does not grow with the recording.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from components.audio.decoding import Samples
from components.audio.voice_activity import WINDOW, Probabilities, VoiceActivity
from components.whisper.contract import SAMPLE_RATE

LONGEST_CHUNK = 28.0
"""Seconds. An endpoint hears 30 s, and Whisper does better where a little silence is left."""
OVERLAP = 4.0
"""Seconds that two chunks share where somebody speaks without a pause: ten words or so to find the seam by."""
LONGEST_PAUSE = 3.0
"""Seconds of silence that are never within a chunk: Whisper tends to fill longer ones with words of its own."""

_BEGINS, _ENDS = 0.5, 0.35
"""Probabilities from which on speech begins, and below which it has ended: Silero's own."""
_SHORTEST_PAUSE = 0.1
_EARLIEST_CUT = 12.0
"""Seconds of a chunk before which it is not cut, if there is a pause later: a chunk takes as long whatever is in it."""
_LONG_ENOUGH, _WORTH_OF_A_SECOND = 0.6, 0.02
"""Seconds: from which on no pause is better than another, and by how much a pause must be longer for the chunk to end a
second earlier. Tried on joined LibriSpeech clips: the longest of all pauses gives short chunks, and Whisper then leaves
out more; the last one cuts within sentences (tests/benchmarks/long_audio.py measures what comes of it)."""
_MARGIN = 0.16
"""Seconds of silence that a chunk keeps before and after its speech. VAD is late for a soft beginning: with 0.1 s words
were lost on joined LibriSpeech clips, with 0.3 s Whisper left out whole sentences."""

Span = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Chunk:
    """A part of a recording.

    `samples` is int16 of shape [n] at 16 kHz, `start` where it begins, in seconds of the recording. `speech` says when
    somebody speaks in it, in seconds of the recording too. Its first `shared` seconds are the last ones of the chunk
    before: nobody made a pause there.
    """

    start: float
    samples: Samples
    speech: tuple[Span, ...]
    shared: float = 0.0

    @property
    def end(self) -> float:
        """Where it ends, in seconds of the recording."""
        return self.start + len(self.samples) / SAMPLE_RATE


def chunks(blocks: Iterable[Samples], longest_pause: float = LONGEST_PAUSE) -> Iterator[Chunk]:
    """Chunks of at most 28 s, in order, with all the speech in them and no pause of so many seconds within them.

    `blocks` are int16 at 16 kHz, of any lengths; they are taken as needed.
    """
    segmenter = Segmenter(longest_pause)
    for block in blocks:
        yield from segmenter.add(block)
    yield from segmenter.end()


def speech_spans(found: Probabilities, *, is_speaking: bool = False) -> list[tuple[int, int]]:
    """Where speech begins and ends, in windows; pauses of less than 0.1 s are none.

    `is_speaking` says that somebody does so already when this begins.
    """
    least = _windows(_SHORTEST_PAUSE)
    spans: list[tuple[int, int]] = []
    begin: int | None = 0 if is_speaking else None
    quiet = 0
    for number, probability in enumerate(found.tolist()):
        if begin is None:
            begin, quiet = (number, 0) if probability >= _BEGINS else (None, 0)
        elif probability >= _ENDS:
            quiet = 0
        else:
            quiet += 1
            if quiet == least:
                spans.append((begin, number + 1 - quiet))
                begin = None
    if begin is not None:
        spans.append((begin, len(found) - quiet))
    return [(begin, end) for begin, end in spans if end > begin]


class Segmenter:
    """Cuts audio that comes bit by bit; a pause of `longest_pause` seconds or more always ends a chunk.

    Keeps what is not decided yet, half a minute or so. Not safe to use from several threads.
    """

    def __init__(self, longest_pause: float = LONGEST_PAUSE) -> None:
        self._activity = VoiceActivity()
        self._longest_pause = _windows(longest_pause)
        self._first = 0
        """The window of the recording with which the waiting ones begin."""
        self._shared = 0
        """How many of those are in the last chunk, too."""
        self._samples: Samples = np.empty(0, np.int16)
        self._found: Probabilities = np.empty(0, np.float32)

    @property
    def unfinished(self) -> Chunk | None:
        """What has been said since the last chunk; None where nobody has said anything.

        After a pause that is long enough it is the next chunk, so that what was made of it may stand.
        """
        spans = speech_spans(self._found, is_speaking=self._shared > 0)
        if not spans:
            return None
        longest = spans[0][0] + _windows(LONGEST_CHUNK - _MARGIN)
        end = min(len(self._found), spans[-1][1] + _windows(_MARGIN), longest)
        return self._chunk(spans[0][0], end, spans)

    def add(self, samples: Samples) -> list[Chunk]:
        """Takes int16 of any length at 16 kHz; gives the chunks that more audio would not change."""
        return list(self._add(samples, self._activity.add(samples), has_ended=False))

    def end(self) -> list[Chunk]:
        """The chunks that are left."""
        return list(self._add(np.empty(0, np.int16), self._activity.end(), has_ended=True))

    def _add(self, samples: Samples, found: Probabilities, *, has_ended: bool) -> Iterator[Chunk]:
        self._samples = np.concatenate((self._samples, samples))
        self._found = np.concatenate((self._found, found))
        while len(self._found):
            spans = speech_spans(self._found, is_speaking=self._shared > 0)
            if not spans:
                self._drop(len(self._found) - (0 if has_ended else _windows(_MARGIN)))
                return
            if not has_ended and not self._is_decided(spans):
                self._drop(spans[0][0] - _windows(_MARGIN))
                return
            yield self._cut(spans)

    def _is_decided(self, spans: list[tuple[int, int]]) -> bool:
        """Whether more audio would not change the next chunk."""
        # A span that begins late in it needs so much more to be judged.
        enough = _windows(LONGEST_CHUNK) + self._longest_pause
        quiet = len(self._found) - spans[-1][1]
        return len(self._found) - spans[0][0] >= enough or quiet >= self._longest_pause

    def _cut(self, spans: list[tuple[int, int]]) -> Chunk:
        begin = spans[0][0]
        inside = _inside(spans, self._longest_pause)
        if inside:
            end = spans[inside - 1][1]
            after = spans[inside][0] if inside < len(spans) else end + 2 * _windows(_MARGIN)
            # Between two chunks each gets half of a pause that is shorter than both their margins.
            middle, margin = (end + after + 1) // 2, _windows(_MARGIN)
            chunk = self._chunk(begin, min(end + margin, middle), spans[:inside])
            self._drop(max(after - margin, middle))
            return chunk
        end = max(0, begin - _windows(_MARGIN)) + _windows(LONGEST_CHUNK)
        chunk = self._chunk(begin, end, [(begin, end)])
        self._drop(end - _windows(OVERLAP))
        self._shared = _windows(OVERLAP)
        return chunk

    def _chunk(self, begin: int, end: int, spans: list[tuple[int, int]]) -> Chunk:
        start = max(0, begin - _windows(_MARGIN))
        speech = tuple((_seconds(self._first + a), _seconds(self._first + b)) for a, b in spans)
        samples = self._samples[start * WINDOW : end * WINDOW].copy()
        shared = _seconds(max(0, self._shared - start))
        return Chunk(_seconds(self._first + start), samples, speech, shared)

    def _drop(self, count: int) -> None:
        if count <= 0:
            return
        self._first += count
        self._shared = max(0, self._shared - count)
        self._samples = self._samples[count * WINDOW :]
        self._found = self._found[count:]


def _inside(spans: list[tuple[int, int]], longest_pause: int) -> int:
    """How many of the spans belong to the next chunk; none where the first one alone is too long."""
    begin = spans[0][0]
    limit = begin + _windows(LONGEST_CHUNK - 2 * _MARGIN)
    pauses = [(end, after) for (_, end), (after, _) in pairwise(spans)]
    for number, (end, after) in enumerate(pauses, 1):
        if after - end >= longest_pause and end <= limit:
            return number
    if spans[-1][1] <= limit:
        return len(spans)
    fitting = [number for number, (end, _) in enumerate(pauses, 1) if end <= limit]
    late = [number for number in fitting if pauses[number - 1][0] >= begin + _windows(_EARLIEST_CUT)]

    def worth(number: int) -> float:
        end, after = pauses[number - 1]
        return min(_seconds(after - end), _LONG_ENOUGH) + _WORTH_OF_A_SECOND * _seconds(end - begin)

    return max(late or fitting[-1:], key=worth, default=0)


def _windows(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE / WINDOW)


def _seconds(windows: int) -> float:
    return windows * WINDOW / SAMPLE_RATE

"""When each word was said: an endpoint tells no times, but when somebody spoke is known, and how long each word is.

The letters of a text are spread evenly over the speech of its chunk. A sentence that ends near a pause ends there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from components.audio.segmentation import Span

_NEAR = 1.0
"""Seconds by which the end of a sentence may be off from the pause that follows it."""
_PAUSE = 0.2
"""Seconds; shorter ones are not where sentences end."""
_TITLES = "".join(rf"(?<!\b{title})" for title in ("Mr", "Mrs", "Ms", "Dr", "St", "Prof", "Sr", "Jr", "vs"))
_INITIALS = r"(?<!\b\w\.\w)"
"""As in "U.S." and "a.m."."""
_SENTENCE = re.compile(
    rf".*?(?:{_TITLES}{_INITIALS}[.?!…]+[\"'”’)\]]*(?=\s)|[。！？।؟۔։။]+[」』”’）]*|$)", re.DOTALL
)


@dataclass(frozen=True)
class Sentence:
    """Some text and when it was said, in seconds of the recording; `is_doubtful` where it may be made up."""

    text: str
    start: float
    end: float
    is_doubtful: bool = False


def sentences(text: str, speech: Sequence[Span]) -> list[Sentence]:
    """The sentences of a chunk's text, from its first speech to its last; one that never ends is one too.

    `speech` says when somebody spoke in the chunk.
    """
    found = [part for part in map(str.strip, _SENTENCE.findall(text)) if part]
    if not found or not speech:
        return []
    lengths = [len(part) for part in found]
    total = sum(lengths)
    cuts = _cuts([_at(done / total, speech) for done in list(accumulate(lengths))[:-1]], speech)
    begins = [speech[0][0], *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), speech[-1][1]]
    return [Sentence(*each) for each in zip(found, begins, ends, strict=True)]


def part_of(sentence: Sentence, begin: int, end: int) -> tuple[float, float]:
    """When the letters from `begin` to `end` of a sentence were said."""
    length, lasts = max(1, len(sentence.text)), sentence.end - sentence.start
    return sentence.start + lasts * begin / length, sentence.start + lasts * end / length


def _at(share: float, speech: Sequence[Span]) -> float:
    """The moment at which so much of all speech is over."""
    left = share * sum(end - begin for begin, end in speech)
    for begin, end in speech:
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return speech[-1][1]


def _cuts(moments: Sequence[float], speech: Sequence[Span]) -> list[Span]:
    """Where each sentence ends and the next begins: around a pause that is near, else at that moment.

    Of several sentences that are near one pause only the nearest ends there.
    """
    nearest: dict[Span, float] = {}
    for moment in moments:
        pause = _pause_near(moment, speech)
        if pause and (pause not in nearest or _distance(pause, moment) < _distance(pause, nearest[pause])):
            nearest[pause] = moment
    by_moment = {moment: pause for pause, moment in nearest.items()}
    return [by_moment.get(moment, (moment, moment)) for moment in moments]


def _pause_near(moment: float, speech: Sequence[Span]) -> Span | None:
    pauses = [
        (end, begin)
        for (_, end), (begin, _) in pairwise(speech)
        if begin - end >= _PAUSE and end - _NEAR <= moment <= begin + _NEAR
    ]
    return min(pauses, key=lambda pause: _distance(pause, moment), default=None)


def _distance(pause: Span, moment: float) -> float:
    return abs(sum(pause) / 2 - moment)

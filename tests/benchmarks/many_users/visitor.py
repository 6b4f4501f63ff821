"""A visitor of the playground who has one clip transcribed again and again, and notices what is wrong."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event
from uuid import uuid4

import numpy as np
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException

from components.audio import Clip
from components.evaluation.datasets import Dataset
from tests.benchmarks.many_users.tab import Tab, PageError

_NAME = re.compile(rb"visitor-[0-9a-f]{12}")
_MEDIA = re.compile(rb"/media/[0-9a-f]+\.\w+")
_PLACE = re.compile(r"Busy: place (\d+) in the queue")


@dataclass(frozen=True)
class Spoken:
    """A clip, and what is said in it. Its name has not been given to any other."""

    clip: Clip
    text: str
    name: str = field(default_factory=lambda: f"visitor-{uuid4().hex[:12]}")

    def likeness(self, text: str) -> float:
        """Which part of the words of both is in both."""
        mine, others = set(_words(self.text)), set(_words(text))
        return len(mine & others) / len(mine | others)


def spoken(sentences: Dataset, count: int) -> list[Spoken]:
    """So many clips that all say something else: each sentence alone, then two in a row."""
    size = len(sentences.utterances)
    found = []
    for number in range(count):
        first, step = number % size, number // size
        parts = [
            sentences.utterances[first],
            *([sentences.utterances[(first + step) % size]] if step else []),
        ]
        samples = np.concatenate([part.read().samples for part in parts])
        found.append(Spoken(Clip(samples, "", ""), " ".join(part.reference for part in parts)))
    return found


class Visitor:
    """One of many, each with a tab and a clip of its own; `all_clips` are those of all.

    `seconds` are from pressing Transcribe to the text, `places` what was told meanwhile, for each press. `faults` says
    what was wrong. `names` and `media` are the clips and the addresses of sound that its page spoke of.
    """

    def __init__(self, mine: Spoken, all_clips: Sequence[Spoken]) -> None:
        self.mine = mine
        self.seconds: list[float] = []
        self.places: list[list[int]] = []
        self.faults: list[str] = []
        self.names: set[str] = set()
        self.media: set[str] = set()
        self._all = all_clips

    def visit(self, url: str, enough: Event) -> None:
        """Uploads the clip, transcribes it until it is enough, and leaves while it is under way again."""
        try:
            self._visit(url, enough)
        except (PageError, WebSocketException, OSError) as error:
            self.faults.append(f"{type(error).__name__}: {error}")

    def _visit(self, url: str, enough: Event) -> None:
        tab = Tab(url, "playground", self._see)
        try:
            tab.wait(lambda: tab.has("file_uploader", "upload"))
            tab.upload("upload", f"{self.mine.name}.wav", self.mine.clip.wav())
            tab.wait(lambda: _can_transcribe(tab))
            self._transcribe(tab)
            while not enough.is_set():
                self._transcribe(tab)
            tab.press("transcribe")
            tab.wait(lambda: not _can_transcribe(tab), idle=False)
        finally:
            tab.close()

    def _transcribe(self, tab: Tab) -> None:
        self.places.append([])
        began = time.monotonic()
        tab.press("transcribe")
        tab.wait(lambda: _can_transcribe(tab))
        self.seconds.append(time.monotonic() - began)
        texts = [code.code_text for code in tab.elements("code") if code.language in ("", "plaintext")]
        best = max(self._all, key=lambda clip: clip.likeness(texts[0])) if texts else None
        if best is not self.mine or best.likeness(texts[0]) < 0.5:
            self.faults.append(f"{self.mine.text!r} became {texts}")

    def _see(self, data: bytes, message: ForwardMsg) -> None:
        self.names |= {name.decode() for name in _NAME.findall(data)}
        self.media |= {address.decode() for address in _MEDIA.findall(data)}
        if message.WhichOneof("type") == "session_event":
            self.faults.append(str(message.session_event))
        element = message.delta.new_element
        if element.HasField("exception"):
            self.faults.append(f"{element.exception.type}: {element.exception.message}")
        if element.HasField("alert") and element.alert.format == Alert.ERROR:
            self.faults.append(f"{element.alert.title} {element.alert.body}")
        if self.places and (place := _PLACE.search(element.markdown.body)):
            self.places[-1].append(int(place[1]))


def _can_transcribe(tab: Tab) -> bool:
    return tab.has("button", "transcribe") and not tab.widget("button", "transcribe").disabled


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())

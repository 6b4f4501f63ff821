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

from components.audio.decoding import Clip
from components.evaluation.datasets.dataset import bundled
from tests.benchmarks.many_users.tab import PageError, Tab

_NAME = re.compile(rb"visitor-[0-9a-f]{12}")
_MEDIA = re.compile(rb"/media/[0-9a-f]+\.\w+")
_NOISY = {"03", "06", "08", "11", "12", "14", "17", "19"}
"""Sentences of the small data set of which too little is heard to tell them from others."""
_ALIKE = 0.3
"""The least likeness of a text with what is said: numbers may be written in digits."""
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


def spoken(count: int, sentences: int = 1) -> list[Spoken]:
    """So many clips that all say something else: each so many sentences in a row, and then one more."""
    known = [utterance for utterance in bundled().utterances if utterance.id not in _NOISY]
    found = []
    for number in range(count):
        length = sentences + number // len(known)
        parts = [known[(number + following) % len(known)] for following in range(length)]
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
        self.tab = Tab(self._see)
        self._all = all_clips

    def visit(self, url: str, enough: Event, query: str = "") -> None:
        """Has the clip transcribed until it is enough, and leaves while it is under way again."""
        try:
            self.arrive(url, query)
            self.transcribe()
            while not enough.is_set():
                self.transcribe()
            self.press()
        except (PageError, WebSocketException, OSError) as error:
            self.faults.append(f"{type(error).__name__}: {error}")
        finally:
            self.leave()

    def arrive(self, url: str, query: str = "") -> None:
        """Opens the page and uploads the clip."""
        self.tab.open(url, "playground", query)
        self.tab.wait(lambda: self.tab.is_settled and self.tab.has("file_uploader", "upload"))
        self.tab.upload("upload", f"{self.mine.name}.wav", self.mine.clip.wav())
        self.tab.wait(self.can_transcribe)

    def leave(self) -> None:
        """Closes the tab."""
        self.tab.close()

    def can_transcribe(self) -> bool:
        """Whether another clip or the same can be sent."""
        return self.tab.can_press("transcribe")

    def press(self) -> None:
        """Presses Transcribe."""
        self.places.append([])
        self.tab.press("transcribe")

    def wait_for_place(self) -> None:
        """Waits until the place in the queue is told."""
        self.tab.wait(lambda: self.tab.has("button", "cancel_waiting"), idle=False)

    def transcribe(self) -> None:
        """Presses Transcribe, waits for the text, and looks whether it is that of the clip."""
        began = time.monotonic()
        self.press()
        self.tab.wait(self.can_transcribe)
        self.seconds.append(time.monotonic() - began)
        text = self.text
        best = max(self._all, key=lambda clip: clip.likeness(text))
        if best is not self.mine or best.likeness(text) < _ALIKE:
            self.faults.append(f"{self.mine.text!r} became {text!r}")

    @property
    def text(self) -> str:
        """The transcript on the page; empty where there is none."""
        codes = (code for code in self.tab.elements("code") if code.language in ("", "plaintext"))
        return next((str(code.code_text) for code in codes), "")

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


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())

"""Live sessions with real voice activity detection, fed faster than anybody speaks."""

import time
from collections.abc import Callable

import numpy as np

from components.audio.decoding import Samples, read_clip
from components.live.session import LiveSession
from components.live.utterances import TranscribeSettings
from tests.endpoint_client.hearing import Client
from tests.live.frames import frames
from tests.pages.driver import speech

HELLO, FOX = (read_clip(speech(f"en/{name}.wav"), "").samples for name in ("hello_world", "quick_brown_fox"))
PAUSE = np.zeros(16_000, np.int16)


def started(client: Client, *parts: Samples, with_partials: bool = False) -> LiveSession:
    """A session to which all of it is pushed at once."""
    found = LiveSession(TranscribeSettings(client, {}, with_partials))
    speak(found, *parts)
    return found


def speak(to: LiveSession, *parts: Samples) -> None:
    for frame in frames(np.concatenate(parts)):
        to.frames.push(frame)


def ended(found: LiveSession) -> LiveSession:
    found.frames.end()
    found.wait(60)
    assert not found.is_running
    return found


def until(what: Callable[[], object]) -> None:
    for _ in range(600):
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("the condition never became true")

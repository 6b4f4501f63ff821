"""What the browser of somebody who speaks would send to the live microphone."""

import numpy as np
from streamlit.testing.v1 import AppTest

from components.audio.decoding import Samples, read_clip
from components.live.microphone_line import MicrophoneLine
from components.live.session import LiveSession
from tests.live.frames import frames
from tests.pages.driver import run, speech

FOX = read_clip(speech("en/quick_brown_fox.wav"), "").samples
PAUSE = np.zeros(16_000, np.int16)


def speak(app: AppTest, *parts: Samples, lost: range = range(0)) -> LiveSession:
    """What the browser would send, all at once; frames of the numbers `lost` do not arrive."""
    line: MicrophoneLine = app.session_state["microphone_line"]
    for number, frame in enumerate(frames(np.concatenate(parts))):
        if number not in lost:
            line.push(frame)
    assert line.session
    return line.session


def stopped(app: AppTest) -> AppTest:
    line: MicrophoneLine = app.session_state["microphone_line"]
    line.close()
    assert line.session
    line.session.wait(60)
    return run(app)

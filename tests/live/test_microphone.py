from threading import Thread

import numpy as np
import pytest

from components.audio import Samples, read_clip
from components.live import microphone
from components.live.microphone import Microphone
from tests.live.frames import frames
from tests.pages.driver import speech

FOX = read_clip(speech("en/quick_brown_fox.wav"), "").samples


def heard(line: Microphone) -> Samples:
    return np.concatenate([np.empty(0, np.int16), *line.blocks()])


def test_all_frames_arrive_as_16_khz_mono() -> None:
    line = Microphone()
    for frame in frames(FOX):
        line.push(frame)
    line.end()
    samples = heard(line)
    assert samples.dtype == np.int16
    assert len(samples) == pytest.approx(len(FOX), abs=400)
    # The resampler shifts it by a few samples.
    middle = samples[100:-500].astype(float)
    shifted = (FOX[100 + by :][: len(middle)].astype(float) for by in range(-20, 20))
    assert max(np.corrcoef(middle, fox)[0, 1] for fox in shifted) > 0.99


def test_they_come_a_little_at_a_time_while_more_is_on_its_way() -> None:
    line = Microphone()
    blocks = line.blocks()
    for number, frame in enumerate(frames(FOX)):
        line.push(frame)
        if number == 10:
            break
    assert 1024 <= len(next(blocks)) < 2048
    line.end()


def test_where_nothing_has_come_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Microphone()
    line.end()
    assert len(heard(line)) == 0
    # A line that has gone dead ends by itself.
    monkeypatch.setattr(microphone, "_SILENT_LINE", 0.05)
    listening = Thread(target=heard, args=(Microphone(),))
    listening.start()
    listening.join(20)
    assert not listening.is_alive()

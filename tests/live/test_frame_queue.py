import time
from itertools import islice

import numpy as np
import pytest

from components.audio.decoding import Samples, read_clip
from components.live import frame_queue
from components.live.frame_queue import Microphone
from tests.live.frames import frames
from tests.pages.driver import speech

FOX = read_clip(speech("en/quick_brown_fox.wav"), "").samples


def heard(line: Microphone) -> Samples:
    return np.concatenate([np.empty(0, np.int16), *(block.samples for block in line.blocks())])


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
    assert 1024 <= len(next(blocks).samples) < 2048
    line.end()


def test_each_block_says_when_it_came_however_late_it_is_looked_at() -> None:
    line = Microphone()
    before = time.monotonic()
    for frame in frames(FOX[:16_000]):
        line.push(frame)
    after = time.monotonic()
    time.sleep(0.05)
    line.end()
    came = [block.came_at for block in line.blocks() if len(block.samples)]
    assert came == sorted(came)
    assert before <= came[0] <= came[-1] <= after


def test_where_nothing_has_come_there_is_nothing() -> None:
    line = Microphone()
    line.end()
    assert len(heard(line)) == 0


def test_a_break_is_silence_and_what_comes_after_it_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_queue, "_BREAK", 0.1)
    line = Microphone()
    for frame in islice(frames(FOX[8_000:]), 2):
        line.push(frame)
    blocks = line.blocks()
    before, silence = next(blocks), next(blocks)
    # The last of what came stands before the silence: 40 ms are not yet a block.
    assert len(before.samples) == pytest.approx(640, abs=20)
    assert not before.is_break
    assert silence.is_break
    assert silence.samples.tolist() == [0] * 1_600
    for frame in frames(FOX):
        line.push(frame)
    line.end()
    rest = list(blocks)
    assert not any(block.is_break for block in rest)
    assert sum(len(block.samples) for block in rest) == pytest.approx(len(FOX), abs=400)


def test_a_line_that_has_gone_dead_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_queue, "_BREAK", 0.02)
    monkeypatch.setattr(frame_queue, "_LOST", 0.1)
    assert 5 <= sum(block.is_break for block in Microphone().blocks()) <= 6

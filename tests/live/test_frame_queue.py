import time
from itertools import islice

import av
import numpy as np
import pytest

from components.audio.decoding import Samples, read_clip
from components.live import frame_queue
from components.live.frame_queue import Block, FrameQueue
from tests.live.frames import LENGTH, RATE, frames
from tests.pages.driver import speech

FOX = read_clip(speech("en/quick_brown_fox.wav"), "").samples


def received(queue: FrameQueue) -> Samples:
    return np.concatenate([np.empty(0, np.int16), *(block.samples for block in queue.blocks())])


def test_all_frames_arrive_as_16_khz_mono() -> None:
    queue = FrameQueue()
    for frame in frames(FOX):
        queue.push(frame)
    queue.end()
    samples = received(queue)
    assert samples.dtype == np.int16
    assert len(samples) == pytest.approx(len(FOX), abs=400)
    # The resampler shifts it by a few samples.
    middle = samples[100:-500].astype(float)
    shifted = (FOX[100 + by :][: len(middle)].astype(float) for by in range(-20, 20))
    assert max(np.corrcoef(middle, fox)[0, 1] for fox in shifted) > 0.99


def test_they_come_in_blocks_while_more_is_on_its_way() -> None:
    queue = FrameQueue()
    blocks = queue.blocks()
    for number, frame in enumerate(frames(FOX)):
        queue.push(frame)
        if number == 10:
            break
    assert 1024 <= len(next(blocks).samples) < 2048
    queue.end()


def test_each_block_knows_when_it_arrived_however_late_it_is_read() -> None:
    queue = FrameQueue()
    before = time.monotonic()
    for frame in frames(FOX[:16_000]):
        queue.push(frame)
    after = time.monotonic()
    time.sleep(0.05)
    queue.end()
    times = [block.received_at for block in queue.blocks() if len(block.samples)]
    assert times == sorted(times)
    assert before <= times[0] <= times[-1] <= after


def test_without_frames_there_is_no_block() -> None:
    queue = FrameQueue()
    queue.end()
    assert len(received(queue)) == 0


def test_an_interruption_is_silence_and_later_frames_follow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 0.1)
    queue = FrameQueue()
    for frame in islice(frames(FOX[8_000:]), 2):
        queue.push(frame)
    blocks = queue.blocks()
    before, silence = next(blocks), next(blocks)
    # What arrived comes before the silence: 40 ms are not yet a block.
    assert len(before.samples) == pytest.approx(640, abs=20)
    assert not before.is_interruption
    assert silence.is_interruption
    assert silence.samples.tolist() == [0] * 1_600
    for frame in frames(FOX):
        queue.push(frame)
    queue.end()
    rest = list(blocks)
    assert not any(block.is_interruption for block in rest)
    assert sum(len(block.samples) for block in rest) == pytest.approx(len(FOX), abs=400)


def test_a_lost_connection_ends_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 0.02)
    monkeypatch.setattr(frame_queue, "_TIMEOUT", 0.1)
    assert 5 <= sum(block.is_interruption for block in FrameQueue().blocks()) <= 6


def test_missing_frames_are_counted_and_replaced_by_silence() -> None:
    whole = list(frames(FOX))
    blocks = read(*whole[:50], *whole[70:100], *whole[101:])
    assert sum(block.lost_seconds for block in blocks) == pytest.approx(0.42)
    (first, second) = (block for block in blocks if block.lost_seconds)
    assert first.samples.tolist() == [0] * 6_400
    assert second.samples.tolist() == [0] * 320
    # What came before is not held back behind the silence.
    assert sum(len(b.samples) for b in blocks[: blocks.index(first)]) == pytest.approx(16_000, abs=20)
    assert sum(len(block.samples) for block in blocks) == pytest.approx(len(FOX), abs=400)


def test_frames_without_holes_lose_nothing_and_neither_do_those_of_a_new_stream() -> None:
    assert not any(block.lost_seconds for block in read(*frames(FOX), *frames(FOX)))
    an_hour = 3600 * RATE // LENGTH
    assert not any(block.lost_seconds for block in read(*frames(FOX), *frames(FOX, an_hour)))


def test_frames_without_timestamps_are_taken_as_they_come() -> None:
    some = list(frames(FOX))
    for frame in some:
        frame.pts = None
    assert not any(block.lost_seconds for block in read(*some[:10], *some[20:]))


def test_frames_beyond_a_minute_are_dropped_and_counted_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_queue, "_MOST_FRAMES", 60)
    queue, whole = FrameQueue(), list(frames(FOX))
    for frame in whole[:80]:
        queue.push(frame)
    blocks = queue.blocks()
    first = next(blocks)
    queue.push(whole[80])
    queue.end()
    rest = list(blocks)
    assert first.lost_seconds == 0
    assert sum(block.lost_seconds for block in rest) == pytest.approx(0.4)
    assert sum(len(b.samples) for b in (first, *rest)) == pytest.approx(81 * 320, abs=20)


def test_silence_of_an_interruption_is_not_added_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_queue, "_INTERRUPTION", 0.3)
    queue, whole = FrameQueue(), list(frames(FOX))
    for frame in whole[:10]:
        queue.push(frame)
    blocks = queue.blocks()
    found = list(islice(blocks, 3))
    while not found[-1].is_interruption:
        found.append(next(blocks))
    silent = sum(block.is_interruption for block in found) * 0.3
    # As many are lost as the interruption took, and half a second more.
    lost = round((silent + 0.5) / 0.02)
    queue.push(next(frames(FOX, 10 + lost)))
    queue.end()
    rest = list(blocks)
    assert rest[0].lost_seconds == pytest.approx(lost * 0.02)
    assert len(rest[0].samples) == pytest.approx(8_000, abs=160)


def read(*some: av.AudioFrame) -> list[Block]:
    queue = FrameQueue()
    for frame in some:
        queue.push(frame)
    queue.end()
    return list(queue.blocks())

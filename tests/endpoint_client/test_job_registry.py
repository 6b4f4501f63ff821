from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from components.audio.recording import Recording
from components.endpoint_client import job_registry
from components.endpoint_client.job_registry import Kept


@dataclass
class Work:
    id: str
    is_running: bool = False
    recordings: Sequence[Recording] = ()


def recording(size: int) -> Recording:
    return Recording(b"0" * size, "talk.wav", "", None)


def found(known: Kept[Work], count: int) -> list[int]:
    return [number for number in range(count) if known.find(str(number))]


def test_of_what_is_over_the_last_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_registry, "MOST", 2)
    known = Kept[Work]()
    for number in range(5):
        assert known.add(Work(str(number))).id == str(number)
    assert found(known, 5) == [2, 3, 4]


def test_recordings_take_no_more_memory_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_registry, "MOST_BYTES", 100)
    known = Kept[Work]()
    for number in range(5):
        known.add(Work(str(number), recordings=[recording(60)]))
    assert found(known, 5) == [3, 4]


def test_a_recording_that_is_transcribed_again_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_registry, "MOST_BYTES", 100)
    known, same = Kept[Work](), recording(60)
    for number in range(5):
        known.add(Work(str(number), recordings=[same]))
    assert found(known, 5) == [0, 1, 2, 3, 4]


def test_what_is_under_way_always_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_registry, "MOST", 0)
    known = Kept[Work]()
    running = known.add(Work("0", is_running=True, recordings=[recording(1000)]))
    for number in range(1, 4):
        known.add(Work(str(number)))
    assert known.find("0") is running
    assert known.find("nothing") is None


def test_what_goes_on_with_a_work_is_begun_once() -> None:
    known = Kept[Work]()
    known.add(Work("first"))
    begun = [known.follow("first", lambda: Work("second")), known.follow("first", lambda: Work("third"))]
    assert [work.id for work in begun] == ["second", "second"]
    assert known.find("second") is begun[0]
    assert known.find("third") is None

from dataclasses import dataclass

import pytest

from components.endpoint_client import kept
from components.endpoint_client.kept import Kept


@dataclass
class Work:
    id: str
    is_running: bool = False
    bytes_in_memory: int = 1


def found(known: Kept[Work], count: int) -> list[int]:
    return [number for number in range(count) if known.find(str(number))]


def test_of_what_is_over_the_last_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    known = Kept[Work]()
    for number in range(5):
        assert known.add(Work(str(number))).id == str(number)
    assert found(known, 5) == [2, 3, 4]


def test_recordings_take_no_more_memory_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 100)
    known = Kept[Work]()
    for number in range(5):
        known.add(Work(str(number), bytes_in_memory=60))
    assert found(known, 5) == [3, 4]


def test_what_is_under_way_always_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 0)
    known = Kept[Work]()
    running = known.add(Work("0", is_running=True, bytes_in_memory=10**12))
    for number in range(1, 4):
        known.add(Work(str(number)))
    assert known.find("0") is running
    assert known.find("nothing") is None

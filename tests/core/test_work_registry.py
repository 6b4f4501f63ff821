from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import ClassVar

import pytest

from components.core.background_work import BackgroundWork, Retention
from components.core.work_registry import WorkRegistry


@dataclass(eq=False)
class Sound:
    bytes_kept: int


class Small(BackgroundWork):
    """Ends at once, unless it has to wait for something."""

    retention: ClassVar[Retention] = Retention(3, 100)

    def __init__(
        self, key: Hashable = None, sounds: Sequence[Sound] = (), until: Event | None = None
    ) -> None:
        self._sounds, self._until = sounds, until
        super().__init__("a small work", key)

    @property
    def recordings(self) -> Sequence[Sound]:
        return self._sounds

    def _carry_out(self) -> None:
        assert self._until is None or self._until.wait(60)


class Other(Small):
    """Shares the rule of the small ones."""


class Free(Small):
    """Has a rule of its own."""

    retention: ClassVar[Retention] = Retention(1)


@pytest.fixture
def registry() -> WorkRegistry:
    return WorkRegistry()


@pytest.fixture
def go_on() -> Iterator[Event]:
    go_on = Event()
    yield go_on
    go_on.set()


def ended(work: Small) -> Small:
    work.wait()
    return work


def test_work_is_found_by_its_id_and_by_its_kind_and_key(registry: WorkRegistry) -> None:
    small, other = registry.add(ended(Small("key"))), registry.add(ended(Other("key")))
    assert (registry.get(small.id), registry.get(other.id), registry.get("none")) == (small, other, None)
    assert registry.find(Other, "key") is other
    assert registry.find(Other, "none") is None
    assert registry.all(Small) == [other, small]


def test_what_has_ended_makes_room_for_the_next_with_its_key(registry: WorkRegistry, go_on: Event) -> None:
    registry.add(ended(Small("key")))
    running = registry.add(Small("key", until=go_on))
    assert registry.all(Small) == [running]
    assert registry.find_running(Small, "key") is running
    last = registry.add(ended(Small("key")))
    assert registry.all(Small) == [last, running]
    assert registry.running(Small) == [running]


def test_what_is_taken_in_twice_is_there_once(registry: WorkRegistry, go_on: Event) -> None:
    work = Small(until=go_on)
    for _ in range(2):
        registry.add(work)
    assert registry.all(Small) == [work]


def test_of_what_has_ended_the_last_ones_stay(registry: WorkRegistry) -> None:
    kinds = (Small, Other, Small, Other, Small)
    works = [registry.add(ended(kind())) for kind in kinds]
    # Room is made when another comes, which does not count then.
    assert registry.all(Small) == works[:0:-1]
    free = [registry.add(ended(Free())) for _ in range(3)]
    assert registry.all(Free) == free[:0:-1]
    assert registry.all(Other) == [works[3], works[1]]


def test_recordings_take_no_more_memory_than_they_may(registry: WorkRegistry) -> None:
    works = [registry.add(ended(Small(sounds=[Sound(60)]))) for _ in range(4)]
    assert registry.all(Small) == works[:1:-1]


def test_a_recording_that_is_transcribed_again_takes_no_more_memory(registry: WorkRegistry) -> None:
    same = Sound(60)
    works = [registry.add(ended(Small(sounds=[same]))) for _ in range(3)]
    assert registry.all(Small) == works[::-1]


def test_what_is_under_way_always_stays(registry: WorkRegistry, go_on: Event) -> None:
    running = registry.add(Small(sounds=[Sound(1000)], until=go_on))
    for _ in range(6):
        registry.add(ended(Small()))
    registry.dismiss(running)
    assert registry.get(running.id) is running


def test_what_has_ended_is_dismissed(registry: WorkRegistry) -> None:
    work, other = registry.add(ended(Small())), registry.add(ended(Small()))
    registry.dismiss(work)
    assert registry.all(Small) == [other]


def test_nothing_starts_beside_what_is_looked_for_first(registry: WorkRegistry, go_on: Event) -> None:
    begun = []

    def begin() -> Small:
        begun.append(Small("key", until=go_on))
        return begun[-1]

    def start(_: int) -> Small:
        return registry.start(begin, unless=lambda: registry.find_running(Small, "key"))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(start, range(8)))
    assert len(begun) == 1
    assert found == begun * 8


def test_a_refusal_starts_nothing(registry: WorkRegistry) -> None:
    def refuse() -> None:
        raise ValueError("busy")

    with pytest.raises(ValueError, match="busy"):
        registry.start(Small, unless=refuse)
    assert registry.all(Small) == []


def test_what_goes_on_with_a_work_is_begun_once(registry: WorkRegistry) -> None:
    first = registry.add(ended(Small()))
    following = [registry.follow(first, lambda: ended(kind())) for kind in (Small, Other)]  # noqa: B023
    assert following[0] is following[1]
    assert registry.all(Small) == [following[0], first]
    registry.dismiss(following[0])
    assert isinstance(registry.follow(first, Other), Other)

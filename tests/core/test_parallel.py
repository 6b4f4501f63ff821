import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from threading import Barrier, Event

import pytest

from components.core import parallel as parallel_module
from components.core.parallel import parallel


def task(number: int) -> Callable[[], int]:
    return lambda: number


def items(batches: Iterator[list[int]]) -> list[int]:
    return sorted(number for batch in batches for number in batch)


def test_every_task_is_carried_out_once() -> None:
    assert items(parallel((task(n) for n in range(100)), 4, Event())) == list(range(100))


def test_no_tasks_have_no_outcomes() -> None:
    assert items(parallel([], 3, Event())) == []


def test_the_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel_module, "_SIGN_OF_LIFE", 3600.0)
    found: list[int] = []

    def tasks() -> Iterator[Callable[[], int]]:
        yield task(1)
        # That there is no other task shows later than the last result.
        time.sleep(0.2)

    asking = threading.Thread(target=lambda: found.extend(items(parallel(tasks(), 1, Event()))), daemon=True)
    asking.start()
    asking.join(60)
    assert not asking.is_alive()
    assert found == [1]


def test_as_many_as_asked_for_are_under_way_at_once() -> None:
    together = Barrier(3)

    def meet() -> int:
        together.wait(20)
        return 0

    # Each waits for two others: with fewer workers none would ever return.
    assert len(items(parallel([meet] * 6, 3, Event()))) == 6


def test_once_cancelled_no_more_is_taken_and_what_is_under_way_still_counts() -> None:
    cancelled, taken = Event(), []

    def tasks() -> Iterator[Callable[[], int]]:
        for number in count():
            taken.append(number)
            yield task(number)

    batches = parallel(tasks(), 2, cancelled)
    begun = next(batches)
    cancelled.set()
    # There would be tasks for ever.
    assert len(begun) + len(items(batches)) == len(taken)


def test_while_nothing_comes_there_is_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel_module, "_SIGN_OF_LIFE", 0.01)
    go = Event()

    def slow() -> int:
        assert go.wait(20)
        return 0

    batches = parallel([slow], 1, Event())
    assert next(batches) == []
    go.set()
    assert items(batches) == [0]


def test_what_comes_while_somebody_is_busy_comes_together() -> None:
    all_done, lots = Barrier(2), range(500)

    def last() -> int:
        all_done.wait(20)
        return -1

    batches = parallel([task(0), *(task(n) for n in lots), last], 1, Event())
    first = next(batches)
    all_done.wait(20)
    # The worker never waits for whoever takes the results, and these don't fall behind.
    rest = list(batches)
    assert len(first) + sum(map(len, rest)) == len(lots) + 2
    assert len(rest) <= 2


def test_what_a_task_raises_is_raised() -> None:
    def broken() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(parallel([task(0), broken], 1, Event()))


def test_closed_it_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel_module, "_SIGN_OF_LIFE", 0.01)
    go, taken = Event(), []

    def tasks() -> Iterator[Callable[[], int]]:
        for number in count():
            taken.append(number)
            yield lambda: int(go.wait(20))

    others = threading.enumerate()
    batches = parallel(tasks(), 1, Event())
    assert next(batches) == []
    batches.close()
    go.set()
    for thread in threading.enumerate():
        if thread not in others:
            thread.join(20)
    assert taken == [0]

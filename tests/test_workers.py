from collections.abc import Callable, Iterator
from itertools import count
from threading import Barrier, Event

import pytest

from components.evaluation import workers
from components.evaluation.records import Measurement
from components.evaluation.workers import Batch, parallel
from tests.evaluation.conftest import heard


def task(number: int) -> Callable[[], Batch]:
    return lambda: [heard(0, number, str(number))]


def items(batches: Iterator[Batch]) -> list[int]:
    return sorted(measurement.item for batch in batches for measurement in batch)


def test_every_task_is_carried_out_once() -> None:
    assert items(parallel((task(n) for n in range(100)), 4, Event())) == list(range(100))


def test_no_tasks_are_no_batches() -> None:
    assert list(parallel([], 3, Event())) == []


def test_as_many_as_asked_for_are_under_way_at_once() -> None:
    together = Barrier(3)

    def meet() -> Batch:
        together.wait(20)
        return [heard(0, 0, "met")]

    # Each waits for two others: with fewer workers none would ever return.
    assert len(items(parallel([meet] * 6, 3, Event()))) == 6


def test_once_cancelled_no_more_is_taken_and_what_is_under_way_still_counts() -> None:
    cancelled, taken = Event(), []

    def tasks() -> Iterator[Callable[[], Batch]]:
        for number in count():
            taken.append(number)
            yield task(number)

    batches = parallel(tasks(), 2, cancelled)
    next(batches)
    cancelled.set()
    # There would be tasks for ever.
    assert len(items(batches)) == len(taken) - 1


def test_while_nothing_comes_there_is_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_SIGN_OF_LIFE", 0.01)
    go = Event()

    def slow() -> list[Measurement]:
        assert go.wait(20)
        return [heard(0, 0, "late")]

    batches = parallel([slow], 1, Event())
    assert next(batches) == []
    go.set()
    assert items(batches) == [0]


def test_what_a_task_raises_is_raised() -> None:
    def broken() -> Batch:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(parallel([task(0), broken], 1, Event()))

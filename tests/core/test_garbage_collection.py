import gc
import weakref
from collections.abc import Iterator

import pytest

from components.core.garbage_collection import settle, unsettle
from components.targets.target import forget_clients, this_computer


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    unsettle()


class Cycle:
    def __init__(self) -> None:
        self.itself = self


def test_the_collector_passes_over_what_was_there_and_still_finds_what_comes() -> None:
    settle()
    assert gc.get_freeze_count() > 10 * len(gc.get_objects())
    found = weakref.ref(Cycle())
    gc.collect()
    assert found() is None


def test_clients_that_are_dropped_are_collected() -> None:
    client = weakref.ref(this_computer("http://127.0.0.1:9").client("sagemaker"))
    assert client() is not None
    forget_clients()
    gc.collect()
    assert client() is None

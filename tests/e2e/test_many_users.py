"""Several visitors at once: WebSocket clients, of which each has its clip transcribed."""

import os
import time
from collections.abc import Iterator
from threading import Event, Thread
from unittest.mock import patch

import pytest

from tests.benchmarks.many_users.crowd import summary
from tests.benchmarks.many_users.visitor import Visitor, spoken
from tests.e2e.conftest import running_portal

SECONDS = 300
SLOW = "num_beams=10"
"""The address of a page whose requests take a second and more: who is told a place has waited for half a second."""


@pytest.fixture(scope="module")
def busy_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal whose endpoint gets one request at a time."""
    with (
        patch.dict(os.environ, PORTAL_REQUESTS_AT_ONCE="1"),
        running_portal(tmp_path_factory.mktemp("busy")) as url,
    ):
        yield url


def test_visitors_wait_in_a_queue_and_each_gets_the_own_text(busy_portal: str) -> None:
    """Four transcribe again and again, and leave in the midst of it; the fifth has no patience at first."""
    clips = spoken(5, sentences=5)
    *staying, impatient = visitors = [Visitor(mine, clips) for mine in clips]
    enough = Event()
    threads = [Thread(target=v.visit, args=(busy_portal, enough, SLOW), daemon=True) for v in staying]
    for thread in threads:
        thread.start()
    impatient.arrive(busy_portal, SLOW)
    end = time.monotonic() + SECONDS
    while not all(visitor.seconds or visitor.faults for visitor in staying):
        assert time.monotonic() < end
        time.sleep(0.1)
    impatient.press()
    impatient.wait_for_place()
    impatient.tab.press("cancel_waiting")
    impatient.tab.wait(impatient.can_transcribe)
    assert impatient.text == ""
    impatient.transcribe()
    enough.set()
    for thread in threads:
        thread.join(SECONDS)
    # Whoever closed the tab while waiting has left the queue as well.
    impatient.transcribe()
    impatient.leave()
    found = summary(visitors, 0, 0.0)
    assert (found.faults, found.overtaken, found.foreign_names, found.shared_media) == ([], 0, 0, 0)
    assert found.served[0] >= 1
    assert found.told > 0

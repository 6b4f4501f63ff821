"""Several visitors at once: WebSocket clients, of which each has its clip transcribed."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from unittest.mock import patch

import pytest

from tests.benchmarks.many_users.crowd import summary
from tests.benchmarks.many_users.visitor import Visitor, spoken
from tests.e2e.conftest import running_portal

SECONDS = 300
SLOW = "num_beams=2"
"""The address of a page whose requests take a while: who is told a place has waited for half a second."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("busy")


@pytest.fixture(scope="module")
def busy_portal(folder: Path) -> Iterator[str]:
    """A portal whose endpoint gets one request at a time."""
    with (
        patch.dict(os.environ, PORTAL_REQUESTS_AT_ONCE="1"),
        running_portal(folder) as url,
    ):
        yield url


def test_visitors_wait_in_a_queue_and_each_gets_the_own_text(busy_portal: str) -> None:
    """Three transcribe again and again, and leave in the midst of it; the fourth has no patience at first."""
    clips = spoken(4)
    *staying, impatient = visitors = [Visitor(mine, clips) for mine in clips]
    enough = Event()
    threads = [Thread(target=v.visit, args=(busy_portal, enough, SLOW), daemon=True) for v in staying]
    for thread in threads:
        thread.start()
    impatient.arrive(busy_portal, SLOW)
    while not all(visitor.seconds or visitor.faults for visitor in staying):
        time.sleep(0.1)
    impatient.press()
    impatient.wait_for_place()
    impatient.tab.press("cancel_waiting")
    impatient.tab.wait(impatient.can_transcribe)
    assert impatient.text == ""
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


def test_a_page_that_is_touched_while_its_request_is_under_way_sends_it_once(
    busy_portal: str, folder: Path
) -> None:
    (clip,) = spoken(1, sentences=2)
    visitor = Visitor(clip, [clip])
    visitor.arrive(busy_portal, SLOW)
    visitor.press()
    for _ in range(3):
        time.sleep(0.1)
        visitor.tab.run()
    visitor.tab.wait(visitor.can_transcribe)
    assert clip.likeness(visitor.text) > 0.5
    visitor.leave()
    lines = (json.loads(line) for line in (folder / "portal.log").read_text().splitlines() if line[:1] == "{")
    # The clip travels as hex, with a few parameters; no other is as long.
    sent = [line for line in lines if 0 < line.get("bytes", 0) - 2 * len(clip.clip.wav()) < 300]
    assert [line["message"] for line in sent if "retries" in line] == ["whisper-tiny-en answered"]

"""Several visitors at once: WebSocket clients, of which each has its clip transcribed."""

import time
from collections.abc import Callable
from threading import Thread

from components.targets import this_computer
from tests.benchmarks.many_users.crowd import summary
from tests.benchmarks.many_users.visitor import Visitor, spoken

SECONDS = 180
SLOW = "num_beams=8"
"""A page whose requests keep the endpoint busy for a while."""


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_who_comes_when_it_is_busy_is_told_the_place_and_gets_the_own_text(portal: str) -> None:
    """Some more than it works on at once; of those that wait one gives up, and one closes the tab."""
    clips = spoken(int(this_computer(portal).at_once) + 4, sentences=6)
    visitors = [Visitor(mine, clips) for mine in clips]
    for visitor in visitors:
        visitor.arrive(portal, SLOW)
    *staying, cancelling, leaving = visitors
    threads = [Thread(target=visitor.transcribe, daemon=True) for visitor in staying]
    for thread in threads:
        thread.start()
    until(lambda: any(told for visitor in staying for told in visitor.places))
    cancelling.press()
    cancelling.wait_for_place()
    leaving.press()
    leaving.wait_for_place()
    leaving.leave()
    cancelling.tab.press("cancel_waiting")
    cancelling.tab.wait(cancelling.can_transcribe)
    assert cancelling.text == ""
    for thread in threads:
        thread.join(SECONDS)
    assert [len(visitor.seconds) for visitor in staying] == [1] * len(staying)
    # Both who did not wait gave up their places: what is sent now is answered.
    cancelling.transcribe()
    found = summary(visitors, len(staying), SECONDS)
    assert (found.faults, found.overtaken, found.foreign_names, found.shared_media) == ([], 0, 0, 0)
    assert found.told >= 2
    for visitor in visitors:
        visitor.leave()

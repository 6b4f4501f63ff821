"""Requests of several senders to one endpoint, each answered when the test says."""

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest

from components.core.errors import ModelFailedError, ThrottledError
from components.endpoint_client import request_queue
from components.endpoint_client.request_queue import OnQueuePosition, RequestQueue, Ticket

SECONDS = 20
THROTTLED = ThrottledError("Too many.", "Wait.")


class LeftError(Exception):
    """Somebody does not want to wait any longer."""


class Sent(Thread):
    """One request on its way through a queue: it is known what came of it when the thread has ended."""

    def __init__(
        self, desk: "Desk", name: str, ticket: Ticket, on_queue_position: OnQueuePosition | None
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.outcomes: list[str | Exception] = []
        self.result: str | Exception | None = None
        self.go_on = Event()
        self._desk, self._ticket, self._on_queue_position = desk, ticket, on_queue_position

    def run(self) -> None:
        try:
            self.result = self._desk.queue.send(self._ticket, self._ask, self._on_queue_position)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.result = error

    def _ask(self) -> str:
        self._desk.under_way.append(self.name)
        assert self.go_on.wait(SECONDS)
        self.go_on.clear()
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Desk:
    """A queue, and the names of what was sent through it, in their order."""

    def __init__(self, at_once: float) -> None:
        self.queue = RequestQueue(at_once)
        self.under_way: list[str] = []
        self._requests: dict[str, Sent] = {}

    def ask(
        self, name: str, ticket: Ticket | None = None, on_queue_position: OnQueuePosition | None = None
    ) -> Ticket:
        """Has a request line up, and returns when it stands in the queue or was sent."""
        ticket = ticket or Ticket()
        waiting = ticket.waiting
        sent = self._requests[name] = Sent(self, name, ticket, on_queue_position)
        sent.start()
        until(lambda: name in self.under_way or ticket.waiting > waiting)
        # It may have lined up only to be sent at once.
        time.sleep(0.05)
        return ticket

    def answer(self, name: str, outcome: str | Exception = "Yes.") -> None:
        """Has the endpoint answer a request that was sent."""
        until(lambda: name in self.under_way)
        self._requests[name].outcomes.append(outcome)
        self._requests[name].go_on.set()

    def result(self, name: str) -> str | Exception | None:
        """What came of it, waited for."""
        self._requests[name].join(SECONDS)
        return self._requests[name].result

    def order(self, *names: str) -> list[str]:
        """In which order these are sent, when each is answered before the next one."""
        first = len(self.under_way)
        for number in range(len(names)):
            until(lambda number=number: len(self.under_way) > first + number)  # type: ignore[misc]
            self.answer(self.under_way[first + number])
        return self.under_way[first:]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def told_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_queue, "_LOOK", 0.02)


def test_as_many_as_it_takes_are_sent_at_once_and_the_others_in_their_order() -> None:
    desk = Desk(2)
    for name in "abcde":
        desk.ask(name)
    assert desk.under_way == ["a", "b"]
    desk.answer("b")
    until(lambda: desk.under_way == ["a", "b", "c"])
    desk.answer("a")
    desk.answer("c")
    assert desk.result("b") == "Yes."
    until(lambda: len(desk.under_way) == 5)
    assert sorted(desk.under_way[3:]) == ["d", "e"]


def test_without_a_limit_all_are_sent_at_once() -> None:
    desk = Desk(float("inf"))
    for number in range(40):
        desk.ask(str(number))
    assert len(desk.under_way) == 40


def test_the_callback_gets_each_queue_position_as_it_improves() -> None:
    desk, positions = Desk(1), list[int]()
    desk.ask("a")
    second = desk.ask("b")
    third = desk.ask("c", on_queue_position=positions.append)
    until(lambda: 2 in positions)
    assert (desk.queue.position(second), desk.queue.position(third)) == (1, 2)
    desk.answer("a")
    until(lambda: 1 in positions)
    desk.answer("b")
    until(lambda: "c" in desk.under_way)
    assert sorted(set(positions)) == [0, 1, 2]
    assert positions == sorted(positions, reverse=True)
    assert desk.queue.position(third) is None


def test_who_has_many_holds_nobody_up_by_more_than_one() -> None:
    desk, recording = Desk(1), Ticket()
    desk.ask("now")
    for name in ("chunk 1", "chunk 2", "chunk 3"):
        desk.ask(name, recording)
    desk.ask("clip 1")
    desk.ask("clip 2")
    desk.answer("now")
    order = desk.order(*("chunk", "clip", "clip", "chunk", "chunk"))
    assert [name.split()[0] for name in order] == ["chunk", "clip", "clip", "chunk", "chunk"]


def test_who_comes_later_does_not_hold_up_who_has_many_either() -> None:
    desk, recording = Desk(1), Ticket()
    desk.ask("now")
    desk.ask("chunk 1", recording)
    desk.ask("chunk 2", recording)
    desk.ask("clip 1")
    desk.answer("now")
    desk.answer(_sent(desk, 2)[1])
    _sent(desk, 3)
    desk.ask("clip 2")
    desk.answer("clip 1")
    # Its second chunk lined up again before the second clip came.
    assert _sent(desk, 4)[-1].startswith("chunk")


def _sent(desk: Desk, count: int) -> list[str]:
    until(lambda: len(desk.under_way) >= count)
    return desk.under_way


def test_who_leaves_frees_the_position_and_has_it_again_on_coming_back() -> None:
    desk = Desk(1)
    desk.ask("a")

    def leave(_position: int) -> None:
        raise LeftError

    impatient = desk.ask("b", on_queue_position=leave)
    assert isinstance(desk.result("b"), LeftError)
    assert desk.queue.position(impatient) is None
    other = desk.ask("c")
    assert desk.queue.position(other) == 1
    desk.ask("b again", impatient)
    assert (desk.queue.position(impatient), desk.queue.position(other)) == (1, 2)
    desk.answer("a")
    assert desk.order("b again", "c") == ["b again", "c"]


def test_a_failure_gives_the_place_up() -> None:
    desk, failure = Desk(1), ModelFailedError("It failed.", "Try again.")
    desk.ask("a")
    desk.ask("b")
    desk.answer("a", failure)
    assert desk.result("a") is failure
    desk.answer("b")
    assert desk.result("b") == "Yes."


def test_who_is_refused_because_of_others_waits_at_the_same_place() -> None:
    desk = Desk(float("inf"))
    for name in "abc":
        desk.ask(name)
    desk.answer("b", THROTTLED)
    until(lambda: desk._requests["b"]._ticket.waiting == 1)
    fourth = desk.ask("d")
    assert desk.under_way == ["a", "b", "c"], "two are what it takes"
    assert (desk.queue.position(desk._requests["b"]._ticket), desk.queue.position(fourth)) == (1, 2)
    desk.answer("a")
    desk.answer("b")
    assert desk.result("b") == "Yes."


def test_who_is_refused_alone_is_told_so() -> None:
    desk = Desk(float("inf"))
    desk.ask("a")
    desk.answer("a", THROTTLED)
    assert desk.result("a") is THROTTLED
    # Nothing of that came from here: as many are sent at once as before.
    for name in "bcd":
        desk.ask(name)
    assert desk.under_way == ["a", "b", "c", "d"]


def test_with_each_answer_a_little_more_is_sent_at_once_again_but_never_more_than_it_takes() -> None:
    desk = Desk(2)
    desk.ask("a")
    desk.ask("b")
    desk.answer("b", THROTTLED)
    until(lambda: desk._requests["b"]._ticket.waiting == 1)
    desk.answer("a")
    # One answer after which one was under way: two may be now.
    until(lambda: desk.under_way == ["a", "b", "b"])
    for name in "cde":
        desk.ask(name)
    assert desk.under_way == ["a", "b", "b", "c"]
    desk.answer("b")
    desk.answer("c")
    until(lambda: len(desk.under_way) == 6)


def test_what_was_cancelled_before_its_turn_is_not_sent_and_leaves_its_place() -> None:
    queue, sent = RequestQueue(at_once=1), list[int]()

    def cancelled(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        queue.send(Ticket(), lambda: sent.append(1), cancelled)
    queue.send(Ticket(), lambda: sent.append(2))
    assert sent == [2]

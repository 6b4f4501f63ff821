"""A fair queue for the requests to one endpoint, shared by all that send to it from this process."""

import math
from collections.abc import Callable
from itertools import count
from threading import Condition
from typing import TypeVar

from components.core.errors import ThrottledError

Answer = TypeVar("Answer")
OnQueuePosition = Callable[[int], object]
"""Called with the position in the queue, 1 being next, and with 0 before it is sent. Raising withdraws the request."""

_LOOK = 0.5
"""Seconds between two calls of `on_queue_position`."""


class WithdrawnError(Exception):
    """Raised by an `on_queue_position` callback whose request is no longer wanted."""


class Ticket:
    """A sender of requests: a clip, a long recording, a live session. Only the queue reads and changes it.

    It has one position, however many of its requests wait, and keeps it when it leaves the queue and comes back.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self.waiting = 0


class RequestQueue:
    """Sends so many requests at once as the endpoint works on; the others wait for their turn.

    Everybody has one request sent in turn: who has many holds nobody else up by more than one. Where the endpoint
    refuses one because it has too many, that one waits again, and fewer are sent at once from then on, slowly more
    with each answer. Safe to use from several threads.
    """

    def __init__(self, at_once: float = math.inf) -> None:
        self._most = self._at_once = at_once
        self._under_way = 0
        self._waiting: set[Ticket] = set()
        self._numbers = count()
        self._changed = Condition()

    def send(
        self, ticket: Ticket, request: Callable[[], Answer], on_queue_position: OnQueuePosition | None = None
    ) -> Answer:
        """Sends the request when it is the ticket's turn, in this thread, and returns the answer.

        `on_queue_position` is called about twice a second while others come first, and once more when it is its turn:
        what was cancelled meanwhile is not sent.

        Raises:
            ThrottledError: the endpoint has too many requests, and none of them comes from here.
            Exception: whatever the request raises.
        """
        while True:
            number = self._wait(ticket, on_queue_position)
            try:
                if on_queue_position:
                    on_queue_position(0)
                answer = request()
            except ThrottledError:
                if not self._narrow():
                    raise
                ticket.number = number
            else:
                self._widen()
                return answer
            finally:
                self._end()

    def position(self, ticket: Ticket) -> int | None:
        """1 for the next one; None for one that does not wait."""
        with self._changed:
            if ticket not in self._waiting:
                return None
            return 1 + sum(_number(other) < _number(ticket) for other in self._waiting)

    def _wait(self, ticket: Ticket, on_queue_position: OnQueuePosition | None) -> int:
        with self._changed:
            if ticket.number is None:
                ticket.number = next(self._numbers)
            ticket.waiting += 1
            self._waiting.add(ticket)
        try:
            while (number := self._take_turn(ticket)) is None:
                # Another of the ticket's own requests may just have been sent.
                if on_queue_position and (position := self.position(ticket)):
                    on_queue_position(position)
        except BaseException:
            with self._changed:
                self._leave(ticket)
            raise
        return number

    def _take_turn(self, ticket: Ticket) -> int | None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_turn_of(ticket), _LOOK):
                return None
            number = _number(ticket)
            # Who has more waiting goes to the end.
            ticket.number = next(self._numbers) if ticket.waiting > 1 else None
            self._under_way += 1
            self._leave(ticket)
            return number

    def _is_turn_of(self, ticket: Ticket) -> bool:
        return self._under_way < self._at_once and ticket is min(self._waiting, key=_number)

    def _leave(self, ticket: Ticket) -> None:
        ticket.waiting -= 1
        if not ticket.waiting:
            self._waiting.remove(ticket)
        self._changed.notify_all()

    def _narrow(self) -> bool:
        """Whether it may be sent again when one of the others has been answered."""
        with self._changed:
            others = self._under_way - 1
            if others:
                self._at_once = min(self._at_once, others)
            return others > 0

    def _widen(self) -> None:
        with self._changed:
            # One more after so many answers as are under way at once.
            self._at_once = min(self._most, self._at_once + 1 / self._at_once)

    def _end(self) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()


def _number(ticket: Ticket) -> int:
    assert ticket.number is not None  # noqa: S101 - who waits has one
    return ticket.number

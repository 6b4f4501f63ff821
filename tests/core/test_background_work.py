from threading import Event

import pytest

from components.core.background_work import CancellableWork, Task
from components.core.errors import PortalError


def test_a_task_returns_what_its_function_does() -> None:
    go_on = Event()
    task = Task("waiting", lambda: 7 if go_on.wait(60) else 0)
    assert (task.is_running, task.value, task.age) == (True, None, 0)
    task.wait(0)
    assert task.is_running
    go_on.set()
    assert task.result() == 7
    assert (task.is_running, task.value, task.error) == (False, 7, None)
    assert task.age >= 0


def test_a_failure_that_is_meant_for_the_user_stays_as_it_is() -> None:
    error = PortalError("No.", "Try again.")

    def fail() -> None:
        raise error

    with pytest.raises(PortalError, match="No") as caught:
        Task("failing", fail).result()
    assert caught.value is error


def test_a_failure_that_nobody_thought_of_is_put_in_words_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    task = Task("looking it up", lambda: 1 / 0)
    task.wait()
    assert task.error
    assert task.error.what == "Looking it up failed: ZeroDivisionError."
    assert task.error.request_id
    assert task.value is None
    assert "looking it up failed" in caplog.text


class Patient(CancellableWork):
    """Ends once it is cancelled."""

    def _carry_out(self) -> None:
        assert self._cancelled.wait(60)


def test_cancelled_work_ends_early() -> None:
    work = Patient("waiting")
    assert (work.is_running, work.is_cancelled) == (True, False)
    work.cancel()
    work.wait()
    assert (work.is_running, work.is_cancelled, work.error) == (False, True, None)


def test_each_work_has_an_id_and_a_key() -> None:
    one, other = Patient("waiting"), Patient("waiting", key="what it is about")
    for work in (one, other):
        work.cancel()
    assert one.id != other.id
    assert (one.key, other.key) == (one.id, "what it is about")

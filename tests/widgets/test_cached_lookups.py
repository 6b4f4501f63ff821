"""Look-ups in the background: looked up once, kept, renewed without a gap."""

from queue import SimpleQueue
from threading import Event

from components.core.background_work import Task
from components.widgets.endpoints.cached_lookups import Answers

FOR_EVER, AT_ONCE = float("inf"), -1.0


def done(answer: Task[int]) -> Task[int]:
    answer.wait()
    return answer


def test_a_question_is_asked_once() -> None:
    answers, asked = Answers(), SimpleQueue[int]()
    for _ in range(3):
        shown, latest = answers.ask("key", lambda: asked.put(1), lambda _: FOR_EVER)
        shown.wait()
        assert shown is latest
    assert asked.qsize() == 1


def test_questions_with_other_keys_are_other_questions() -> None:
    answers = Answers()
    assert [answers.ask(key, lambda: key, lambda _: FOR_EVER)[0].result() for key in "ab"] == ["a", "b"]  # noqa: B023


def test_an_old_answer_stands_until_there_is_a_newer_one() -> None:
    answers, go_on = Answers(), Event()
    done(answers.ask("key", lambda: 1, lambda _: AT_ONCE)[0])
    shown, latest = answers.ask("key", lambda: 2 if go_on.wait(60) else 0, lambda _: AT_ONCE)
    assert shown.result() == 1
    assert latest.is_running
    go_on.set()
    done(latest)
    shown, _ = answers.ask("key", lambda: 3, lambda _: FOR_EVER)
    assert shown.result() == 2


def test_forgetting_asks_anew_and_still_shows_the_old_answer() -> None:
    answers, go_on = Answers(), Event()
    done(answers.ask("key", lambda: 1, lambda _: FOR_EVER)[0])
    answers.forget()
    shown, latest = answers.ask("key", lambda: 2 if go_on.wait(60) else 0, lambda _: FOR_EVER)
    assert shown.result() == 1
    go_on.set()
    assert latest.result() == 2


def test_a_failure_is_an_answer_too() -> None:
    def fail() -> int:
        raise ValueError("no")

    shown, _ = Answers().ask("key", fail, lambda _: FOR_EVER)
    shown.wait()
    assert "ValueError" in str(shown.error)


def test_the_oldest_answers_are_given_up() -> None:
    answers = Answers()
    first = answers.ask(0, lambda: 0, lambda _: FOR_EVER)[0]
    for number in range(1, 300):
        answers.ask(number, lambda: 0, lambda _: FOR_EVER)
    assert answers.ask(0, lambda: 0, lambda _: FOR_EVER)[0] is not first

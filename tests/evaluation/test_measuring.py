import pytest

from components.evaluation.measuring import CircuitBreaker
from components.evaluation.runs.records import Measurement


def failure(kind: str) -> Measurement:
    return Measurement(0, 0, 0.0, 0.0, error=kind, message=f"It was {kind}.")


ANSWER = Measurement(0, 0, 0.0, 1.0, ("yes",))


@pytest.mark.parametrize("kind", ["EndpointNotFoundError", "AccessDeniedError", "ExpiredCredentialsError"])
def test_what_will_not_mend_ends_it_at_once(kind: str) -> None:
    breaker = CircuitBreaker("tiny")
    breaker.note(failure(kind))
    assert breaker.problem == f"tiny was given up, since no request can succeed: It was {kind}."


def test_ten_failures_in_a_row_end_it() -> None:
    breaker = CircuitBreaker("tiny")
    for _ in range(9):
        breaker.note(failure("ModelFailedError"))
    assert breaker.problem is None
    breaker.note(failure("ModelFailedError"))
    assert breaker.problem == "tiny was given up, since 10 requests in a row failed: It was ModelFailedError."


def test_an_answer_in_between_begins_the_row_anew() -> None:
    breaker = CircuitBreaker("tiny")
    for outcome in [failure("ModelFailedError")] * 9 + [ANSWER] + [failure("ModelFailedError")] * 9:
        breaker.note(outcome)
    assert breaker.problem is None


def test_faults_of_the_audio_say_nothing_about_the_endpoint() -> None:
    breaker = CircuitBreaker("tiny")
    for _ in range(20):
        breaker.note(failure("UnreadableAudioError"))
    assert breaker.problem is None


def test_only_what_has_answered_before_is_waited_for() -> None:
    breaker = CircuitBreaker("tiny")
    away, broken = failure("EndpointNotFoundError"), failure("ModelFailedError")
    assert breaker.pause(away, 1) is None
    breaker.note(ANSWER)
    assert [breaker.pause(away, tries) for tries in (1, 2, 3, 4)] == [2.0, 5.0, 15.0, None]
    assert breaker.pause(broken, 1) is None
    assert breaker.pause(ANSWER, 1) is None

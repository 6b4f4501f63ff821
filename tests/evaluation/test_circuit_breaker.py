import pytest

from components.evaluation.circuit_breaker import MOST_IN_A_ROW, Patience
from components.evaluation.runs.records import Measurement


def failure(kind: str) -> Measurement:
    return Measurement(0, 0, 0.0, 0.0, error=kind, message=f"It was {kind}.")


ANSWER = Measurement(0, 0, 0.0, 1.0, ("yes",))


@pytest.mark.parametrize("kind", ["EndpointNotFoundError", "AccessDeniedError", "ExpiredCredentialsError"])
def test_what_will_not_mend_ends_it_at_once(kind: str) -> None:
    patience = Patience("tiny")
    patience.note(failure(kind))
    assert patience.problem == f"tiny was given up, since no request can succeed: It was {kind}."


def test_ten_failures_in_a_row_end_it() -> None:
    patience = Patience("tiny")
    for _ in range(MOST_IN_A_ROW - 1):
        patience.note(failure("ModelFailedError"))
    assert patience.problem is None
    patience.note(failure("ModelFailedError"))
    assert (
        patience.problem == "tiny was given up, since 10 requests in a row failed: It was ModelFailedError."
    )


def test_an_answer_in_between_begins_the_row_anew() -> None:
    patience = Patience("tiny")
    for outcome in [failure("ModelFailedError")] * 9 + [ANSWER] + [failure("ModelFailedError")] * 9:
        patience.note(outcome)
    assert patience.problem is None


def test_faults_of_the_audio_say_nothing_about_the_endpoint() -> None:
    patience = Patience("tiny")
    for _ in range(2 * MOST_IN_A_ROW):
        patience.note(failure("UnreadableAudioError"))
    assert patience.problem is None


def test_only_what_has_answered_before_is_expected_again() -> None:
    patience = Patience("tiny")
    away, broken = failure("EndpointNotFoundError"), failure("ModelFailedError")
    assert not patience.expects_again(away)
    patience.note(ANSWER)
    assert patience.expects_again(away)
    assert not patience.expects_again(broken)
    assert not patience.expects_again(ANSWER)

from threading import Event

from components.core.errors import (
    EndpointNotFoundError,
    ModelFailedError,
    ThrottledError,
)
from tests.evaluation.latency_driver import CLIP, OTHER_CLIP, FakeClient, measured, plan


def test_a_failed_request_is_a_measurement_and_the_next_is_sent() -> None:
    client = FakeClient("a", lambda number: ModelFailedError("Broken.", "Wait.") if number == 3 else None)
    asked = plan(client)
    outcomes = measured(asked)
    assert len(outcomes) == 14
    assert [(m.error, m.message) for m in outcomes if m.error] == [("ModelFailedError", "Broken. Wait.")]
    assert asked.problems == []


def test_a_system_that_is_not_there_is_asked_once_and_the_next_one_all_the_same() -> None:
    gone = FakeClient("gone", lambda _: EndpointNotFoundError("gone is not there.", "Choose another."))
    there = FakeClient("there")
    asked = plan(gone, there, clips=(CLIP, OTHER_CLIP), concurrency=(1, 2))
    measured(asked)
    assert len(gone.begun) == 1
    assert len(there.begun) == asked.planned / 2
    assert asked.skipped == asked.planned / 2 - 1
    (problem,) = asked.problems
    assert problem.startswith("a.wav, 1 at once: gone was given up")
    assert problem.endswith("gone is not there. Choose another.")


def test_a_system_is_given_up_after_ten_failures_in_a_row() -> None:
    broken = FakeClient("a", lambda number: ModelFailedError("Broken.", "Wait.") if number >= 8 else None)
    asked = plan(broken, clips=(CLIP, OTHER_CLIP), requests=50)
    measured(asked)
    assert len(broken.begun) == 8 + 10
    assert len(asked.problems) == 1
    assert "a was given up, since 10 requests in a row failed: Broken." in asked.problems[0]


def test_nine_failures_in_a_row_are_borne() -> None:
    shaky = FakeClient("a", lambda number: ModelFailedError("No.", "Wait.") if number % 10 else None)
    asked = plan(shaky, requests=50, warm_up=0)
    assert len(measured(asked)) == 50
    assert not asked.problems


def test_where_too_much_was_asked_at_once_only_that_stage_is_given_up() -> None:
    # The warm-up and the requests of the first step are 14. The second one meets only throttling: when the tenth
    # request has failed, its other worker has one more under way at most.
    busy = FakeClient(
        "a", lambda number: ThrottledError("Busy.", "Wait.") if 14 <= number < 14 + 11 else None
    )
    asked = plan(busy, clips=(CLIP, OTHER_CLIP), concurrency=(1, 2))
    outcomes = measured(asked)
    assert len(asked.problems) == 1
    assert "a.wav, 2 at once" in asked.problems[0]
    assert {(m.item, m.concurrency) for m in outcomes if not m.error} >= {(0, 1), (1, 1), (1, 2)}
    assert sum(m.item == 1 for m in outcomes) == 14 + 16
    assert asked.skipped == asked.planned - len(outcomes)


def test_cancelled_it_sends_no_more_and_keeps_what_was_measured() -> None:
    cancelled = Event()

    def outcome(number: int) -> None:
        # The eleventh request is on its way when the run is cancelled.
        assert number < 10 or cancelled.wait(30)

    client = FakeClient("a", outcome)
    kept = []
    for batch in plan(client, FakeClient("b"), requests=1000).measure(cancelled):
        kept.extend(batch)
        if len(kept) >= 5:
            cancelled.set()
    assert 5 <= len(kept) == len(client.begun) <= 11
    assert {m.system for m in kept} == {0}

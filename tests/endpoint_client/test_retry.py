import pytest

from components.core import errors
from components.core.errors import (
    AccessDeniedError,
    EndpointNotFoundError,
    EndpointNotReadyError,
    ModelFailedError,
    PortalError,
    RequestRejectedError,
    ThrottledError,
)
from components.endpoint_client.retry import (
    HOPELESS,
    LIVE_SESSION,
    LONG_RECORDING,
    MEASUREMENT,
    RETRIABLE,
    RetryPolicy,
)

POLICIES = {"long": LONG_RECORDING, "live": LIVE_SESSION, "measurement": MEASUREMENT}


def pauses(policy: RetryPolicy, error: type[PortalError], tries: int = 6) -> list[float | None]:
    return [policy.pause(error, number) for number in range(1, tries + 1)]


def test_nothing_is_worth_a_retry_and_hopeless_at_once() -> None:
    assert not set(RETRIABLE) & set(HOPELESS)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_only_what_may_mend_is_tried_again(policy: RetryPolicy) -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PortalError)
    ]
    for kind in (*kinds, *HOPELESS):
        assert (policy.pause(kind, 1) is not None) == issubclass(kind, policy.retriable)


def test_a_long_recording_has_two_retries() -> None:
    assert pauses(LONG_RECORDING, ModelFailedError, 3) == [1.0, 4.0, None]
    assert pauses(LONG_RECORDING, EndpointNotFoundError, 3) == [1.0, 4.0, None]


def test_a_live_session_waits_for_an_endpoint_that_is_away_or_overloaded() -> None:
    for error in (EndpointNotFoundError, EndpointNotReadyError, ThrottledError):
        assert pauses(LIVE_SESSION, error, 5) == [2.0, 4.0, 8.0, 8.0, 8.0]
    assert pauses(LIVE_SESSION, ModelFailedError, 4) == [2.0, 4.0, 8.0, None]


def test_a_measurement_takes_refusals_as_results() -> None:
    assert pauses(MEASUREMENT, EndpointNotReadyError, 4) == [2.0, 5.0, 15.0, None]
    for error in (ModelFailedError, ThrottledError, RequestRejectedError):
        assert MEASUREMENT.pause(error, 1) is None


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("error", [*HOPELESS, EndpointNotFoundError])
def test_after_what_is_hopeless_or_still_gone_nothing_more_is_sent(
    policy: RetryPolicy, error: type[PortalError]
) -> None:
    assert policy.opens_circuit(error, 1)


def test_failures_in_a_row_open_the_circuit() -> None:
    assert [LONG_RECORDING.opens_circuit(ModelFailedError, row) for row in (1, 2, 3)] == [False, False, True]
    assert [MEASUREMENT.opens_circuit(ThrottledError, row) for row in (9, 10)] == [False, True]
    assert AccessDeniedError in HOPELESS

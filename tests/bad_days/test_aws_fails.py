"""What AWS, its network and this computer's clock do to a request: each failure is tried again where that may help, and
in the end told by a typed error that says what happened and what to do."""

from pathlib import Path
from threading import Event

import numpy as np
import pytest

from components.audio.decoding import Clip
from components.core import errors
from components.endpoint_client import EndpointClient
from components.evaluation.accuracy_plan import AccuracyPlan
from components.evaluation.datasets.dataset import bundled, first
from components.evaluation.run_jobs import carry_out
from components.evaluation.runs.records import RunStatus, System
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import Candidate
from tests.bad_days.conftest import CREDENTIALS, TARGET
from tests.bad_days.failing_aws import (
    FailingAws,
    Reaction,
    end_in_mid_answer,
    heard,
    model_error,
    page,
    refusal,
    reset,
    reset_in_mid_answer,
)

NAME = "whisper-large-v3"
SECOND = Clip(np.zeros(16_000, np.int16), "second.wav", "made here")
WRONG_CLOCK = refusal(
    403,
    "InvalidSignatureException",
    "Signature expired: 20261126T080000Z is now earlier than 20261126T081000Z (20261126T081500Z - 5 min.)",
)
THROTTLED = refusal(400, "ThrottlingException", "Rate exceeded")
EXPIRED = refusal(403, "ExpiredTokenException", "The security token included in the request is expired")

LASTING: list[tuple[Reaction, type[errors.EndpointError], tuple[str, str], int]] = [
    (THROTTLED, errors.ThrottledError, ("Rate exceeded", "more instances"), 4),
    (refusal(429, "TooManyRequestsException", "No"), errors.ThrottledError, ("No.", "more instances"), 4),
    (refusal(500, "InternalFailure", ""), errors.ModelFailedError, ("failed", "try again"), 4),
    (refusal(503, "ServiceUnavailable", "Busy"), errors.EndpointNotReadyError, ("Busy", "a minute"), 4),
    (refusal(530, "InternalDependencyException", "x"), errors.ModelFailedError, ("x", "try again"), 1),
    (page(502), errors.EndpointNotReadyError, ("Bad Gateway", "a minute"), 4),
    (page(500), errors.ModelFailedError, ("Internal Server Error", "try again"), 4),
    (model_error(500, "No memory"), errors.ModelFailedError, ("No memory", "try again"), 1),
    (model_error(400, "num_beams"), errors.RequestRejectedError, ("num_beams", "Change the audio"), 1),
    (model_error(413, "Too large"), errors.RequestTooLargeError, ("Too large", "shorter"), 1),
    (model_error(0, "timed out"), errors.RequestTimedOutError, ("60 seconds", "fewer beams"), 1),
    (reset, errors.EndpointUnreachableError, ("can't be reached", "network"), 4),
    (reset_in_mid_answer, errors.EndpointUnreachableError, ("can't be reached", "network"), 1),
    (end_in_mid_answer, errors.EndpointUnreachableError, ("can't be reached", "network"), 1),
    (EXPIRED, errors.ExpiredCredentialsError, ("is expired", "aws sso login"), 1),
    (WRONG_CLOCK, errors.ClockSkewError, ("clock is wrong", "Set the clock"), 1),
    (
        refusal(403, "RequestTimeTooSkewed", "x"),
        errors.ClockSkewError,
        ("clock is wrong", "Set the clock"),
        1,
    ),
    (refusal(403, "AccessDeniedException", "No"), errors.AccessDeniedError, ("not allow", "permission"), 1),
    (refusal(400, "ValidationError", "No such"), errors.EndpointNotFoundError, ("No such", "InService"), 1),
]


@pytest.fixture
def client(aws: FailingAws) -> EndpointClient:
    return EndpointClient(TARGET, NAME)


@pytest.mark.parametrize(("reaction", "kind", "words", "tries"), LASTING)
def test_what_lasts_is_told(
    aws: FailingAws,
    reaction: Reaction,
    kind: type[errors.EndpointError],
    words: tuple[str, str],
    tries: int,
) -> None:
    aws.reactions = [reaction]
    with pytest.raises(errors.EndpointError) as caught:
        EndpointClient(TARGET, NAME).transcribe(SECOND)
    assert type(caught.value) is kind
    assert words[0] in caught.value.what
    assert words[1] in caught.value.advice
    assert "<" not in str(caught.value)
    assert len(aws.received) == tries


@pytest.mark.parametrize(
    "reaction", [THROTTLED, refusal(503, "ServiceUnavailable", "x"), page(500), page(502), reset]
)
def test_what_passes_is_not_even_seen(aws: FailingAws, client: EndpointClient, reaction: Reaction) -> None:
    aws.reactions = [reaction, reaction, heard()]
    transcript = client.transcribe(SECOND)
    assert (transcript.texts, transcript.retries) == ((" Yes.",), 2)


def test_one_that_never_answers_is_given_up_after_its_time_and_not_asked_again(
    aws: FailingAws, client: EndpointClient
) -> None:
    aws.reactions = [aws.hang]
    with pytest.raises(errors.RequestTimedOutError, match="no answer within 60 seconds"):
        client.transcribe(SECOND)
    assert len(aws.received) == 1


def test_requests_are_signed_and_the_secret_is_in_no_error(aws: FailingAws, client: EndpointClient) -> None:
    aws.reactions = [EXPIRED]
    with pytest.raises(errors.ExpiredCredentialsError) as caught:
        client.transcribe(SECOND)
    assert "Credential=OLD/" in aws.received[0]["Authorization"]
    assert "secret-of-OLD" not in str(caught.value)
    assert caught.value.request_id == "request-1"


def test_renewed_credentials_are_used_at_once(
    aws: FailingAws, client: EndpointClient, credentials: Path
) -> None:
    aws.reactions = [EXPIRED, heard()]
    with pytest.raises(errors.ExpiredCredentialsError):
        client.transcribe(SECOND)
    credentials.write_text(CREDENTIALS.format(key="NEW"))
    assert client.transcribe(SECOND).texts == (" Yes.",)
    assert "Credential=NEW/" in aws.received[1]["Authorization"]


def accuracy(client: EndpointClient) -> AccuracyPlan:
    system = System(NAME, TARGET.name, TARGET.region, "whisper-large-v3", "ml.g5.2xlarge")
    return AccuracyPlan((Candidate(system, client),), first(bundled(), 6))


@pytest.mark.parametrize(
    ("reaction", "advice"),
    [(EXPIRED, "aws sso login"), (refusal(403, "RequestExpired", "x"), "Set the clock")],
)
def test_a_run_keeps_what_was_measured_and_says_what_to_do(
    aws: FailingAws, client: EndpointClient, tmp_path: Path, reaction: Reaction, advice: str
) -> None:
    aws.reactions = [*[heard()] * 4, reaction]
    store, plan = RunStore(tmp_path), accuracy(client)
    run = carry_out(plan, plan.begin(store), store, Event(), lambda _: None)
    assert run.status is RunStatus.DONE
    assert run.problem
    assert f"{NAME} was given up, since no request can succeed" in run.problem
    assert advice in run.problem
    # The first request is the warm-up. Nothing was sent after the one that failed.
    assert [bool(m.error) for m in store.measurements(run.id)] == [False, False, False, True]
    assert len(aws.received) == 5


def test_a_run_that_is_throttled_in_between_is_measured_whole(
    aws: FailingAws, client: EndpointClient, tmp_path: Path
) -> None:
    busy = THROTTLED
    aws.reactions = [heard(), heard(), busy, busy, heard(), *[busy] * 4, heard()]
    store, plan = RunStore(tmp_path), accuracy(client)
    run = carry_out(plan, plan.begin(store), store, Event(), lambda _: None)
    found = store.measurements(run.id)
    assert (run.status, run.problem) == (RunStatus.DONE, None)
    assert [m.error for m in found] == [None, None, "ThrottledError", None, None, None]
    assert [m.retries for m in found[:2]] == [0, 2]
